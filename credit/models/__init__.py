"""Subjects, credit records, measures and the append-only log of checks."""

from credit.models.check import CreditCheck
from credit.models.freeze import Freeze, FreezeOverride
from credit.models.measure import JointMeasure, Measure
from credit.models.record import CreditRecord
from credit.models.subject import Subject

__all__ = ["CreditCheck", "CreditRecord", "Freeze", "FreezeOverride", "JointMeasure", "Measure", "Subject"]

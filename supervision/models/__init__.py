"""Supervision items, supervised objects, tasks, inspections, findings, penalties, clues; plans as imported."""

from supervision.models.clue import Clue
from supervision.models.finding import Finding
from supervision.models.inspection import Inspection, InspectionElement, InspectionPhoto
from supervision.models.item import ChecklistElement, SupervisionItem
from supervision.models.object import SupervisedObject
from supervision.models.penalty import Penalty
from supervision.models.plan import AnnualPlan
from supervision.models.task import CheckTask

__all__ = [
    "AnnualPlan",
    "CheckTask",
    "ChecklistElement",
    "Clue",
    "Finding",
    "Inspection",
    "InspectionElement",
    "InspectionPhoto",
    "Penalty",
    "SupervisedObject",
    "SupervisionItem",
]

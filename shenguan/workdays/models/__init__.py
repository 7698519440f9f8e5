"""Imported calendar days and the deadlines that are counted with them."""

from shenguan.workdays.models.calendar import CalendarDay, CalendarImport
from shenguan.workdays.models.deadline import Deadline, DeadlineChange, DeadlinePause

__all__ = ["CalendarDay", "CalendarImport", "Deadline", "DeadlineChange", "DeadlinePause"]

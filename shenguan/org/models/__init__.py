"""Regions, departments, offices, staff and the law register: the reference data of a city."""

from shenguan.org.models.absence import Absence
from shenguan.org.models.department import Department, Office
from shenguan.org.models.law import Law
from shenguan.org.models.region import Region
from shenguan.org.models.staff import Staff, StaffRole

__all__ = ["Absence", "Department", "Law", "Office", "Region", "Staff", "StaffRole"]

"""The approval-item catalogue, applications with their documents and decisions, and permits."""

from approvals.models.application import Application
from approvals.models.commitment import Commitment
from approvals.models.decision import Decision
from approvals.models.document import Document
from approvals.models.issuing_word import IssuingWord
from approvals.models.item import ApprovalItem, ItemMaterial, ItemVariant
from approvals.models.material import ApplicationMaterial
from approvals.models.package import Package, PackageMember
from approvals.models.permit import Permit, PermitEvent
from approvals.models.step import ApplicationStep

__all__ = [
    "Application",
    "ApplicationMaterial",
    "ApplicationStep",
    "ApprovalItem",
    "Commitment",
    "Decision",
    "Document",
    "IssuingWord",
    "ItemMaterial",
    "ItemVariant",
    "Package",
    "PackageMember",
    "Permit",
    "PermitEvent",
]

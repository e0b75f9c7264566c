"""The words: frozen data and protocols. It does no I/O and imports nothing else of the project."""

from readiness.model.checklist import Caps, Checklist, Criterion, EvidenceUse, Item, RuleUse
from readiness.model.facts.base import Fact, Resolution
from readiness.model.facts.data import Bound, ListEndpoint, Query, Read
from readiness.model.facts.deviations import DeviationRecord, Suppression
from readiness.model.facts.evidence import Dependency, Evidence
from readiness.model.facts.failures import ExceptionHandler
from readiness.model.facts.health import HealthCheck
from readiness.model.facts.tests import CoverageOf, CoverageState
from readiness.model.facts.quality import ComplexFunction, FileComplexity, ToolFinding, ToolRun
from readiness.model.facts.web import Application, Route, RouteParameter
from readiness.model.finding import Confidence, Finding, Related, Severity, Verdict
from readiness.model.flow import Piece, PieceKind, Text
from readiness.model.library import Library
from readiness.model.project import UNKNOWN, Code, Creation, Missing, Project, Symbol, SymbolKind
from readiness.model.report import Problem, Report, Stage
from readiness.model.rule import Lifecycle, Rule
from readiness.model.source import Scope, SourceFile, Span

__all__ = [
    "UNKNOWN",
    "Application",
    "Bound",
    "Caps",
    "Checklist",
    "Code",
    "ComplexFunction",
    "Confidence",
    "CoverageOf",
    "CoverageState",
    "Creation",
    "Criterion",
    "Dependency",
    "DeviationRecord",
    "Evidence",
    "EvidenceUse",
    "ExceptionHandler",
    "Fact",
    "FileComplexity",
    "Finding",
    "HealthCheck",
    "Item",
    "Library",
    "Lifecycle",
    "ListEndpoint",
    "Missing",
    "Piece",
    "PieceKind",
    "Problem",
    "Project",
    "Query",
    "Read",
    "Related",
    "Report",
    "Resolution",
    "Route",
    "RouteParameter",
    "Rule",
    "RuleUse",
    "Scope",
    "Severity",
    "SourceFile",
    "Span",
    "Stage",
    "Suppression",
    "Symbol",
    "SymbolKind",
    "Text",
    "ToolFinding",
    "ToolRun",
    "Verdict",
]

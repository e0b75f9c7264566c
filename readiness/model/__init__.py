"""The words: frozen data and protocols. It does no I/O and imports nothing else of the project."""

from readiness.model.checklist import Caps, Checklist, Criterion, EvidenceUse, Item, RuleUse
from readiness.model.facts.base import Fact, Resolution
from readiness.model.facts.data import (
    Bound,
    Cap,
    ListEndpoint,
    NameChoice,
    Order,
    PageLimit,
    PageOrder,
    Query,
    Read,
    Release,
    Repetition,
    RowLoop,
    SessionUse,
)
from readiness.model.facts.deployment import Container, Probe
from readiness.model.facts.deviations import DeviationRecord, DeviationUse, Suppression
from readiness.model.facts.evidence import Dependency, Evidence
from readiness.model.facts.failures import ErrorResponse, ExceptionHandler, UnhandledErrors
from readiness.model.facts.health import HealthCheck
from readiness.model.facts.outbound import OutboundCall, TimeoutState
from readiness.model.facts.quality import ComplexFunction, FileComplexity, ToolFinding, ToolRun
from readiness.model.facts.tests import (
    CoverageOf,
    CoverageState,
    CoverageTotal,
    EndpointTest,
    EndpointTestKind,
    FileCoverage,
    MeasurementExclusion,
    TestCase,
    TestOutcome,
    TestResult,
    TestRun,
    UnresolvedRequest,
)
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
    "Cap",
    "Caps",
    "Checklist",
    "Code",
    "ComplexFunction",
    "Confidence",
    "Container",
    "CoverageOf",
    "CoverageState",
    "CoverageTotal",
    "Creation",
    "Criterion",
    "Dependency",
    "DeviationRecord",
    "DeviationUse",
    "EndpointTest",
    "EndpointTestKind",
    "ErrorResponse",
    "Evidence",
    "EvidenceUse",
    "ExceptionHandler",
    "Fact",
    "FileComplexity",
    "FileCoverage",
    "Finding",
    "HealthCheck",
    "Item",
    "Library",
    "Lifecycle",
    "ListEndpoint",
    "MeasurementExclusion",
    "Missing",
    "NameChoice",
    "Order",
    "OutboundCall",
    "PageLimit",
    "PageOrder",
    "Piece",
    "PieceKind",
    "Probe",
    "Problem",
    "Project",
    "Query",
    "Read",
    "Related",
    "Release",
    "Repetition",
    "Report",
    "Resolution",
    "Route",
    "RouteParameter",
    "RowLoop",
    "Rule",
    "RuleUse",
    "Scope",
    "SessionUse",
    "Severity",
    "SourceFile",
    "Span",
    "Stage",
    "Suppression",
    "Symbol",
    "SymbolKind",
    "TestCase",
    "TestOutcome",
    "TestResult",
    "TestRun",
    "Text",
    "TimeoutState",
    "ToolFinding",
    "ToolRun",
    "UnhandledErrors",
    "UnresolvedRequest",
    "Verdict",
]

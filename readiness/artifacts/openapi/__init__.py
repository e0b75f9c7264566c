"""OpenAPI 3.0, 3.1 and Swagger 2 documents, as YAML or JSON: the bytes of one in, a `SpecDocument` with its operations out."""

from readiness.artifacts.openapi.documents import read_document
from readiness.artifacts.openapi.references import Load
from readiness.artifacts.openapi.values import DocumentError, Table, TemplateDocumentError, is_marked, read_values

__all__ = ["DocumentError", "Load", "Table", "TemplateDocumentError", "is_marked", "read_document", "read_values"]

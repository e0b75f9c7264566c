"""Annotations in, types out; for recognisers that read what they declare as FastAPI does."""

from readiness.libraries.declarations.annotations import Typed as Typed
from readiness.libraries.declarations.annotations import Types as Types
from readiness.libraries.declarations.annotations import written as written

"""Rows as the API shows them. These models are the answer and, in the OpenAPI document, its description."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

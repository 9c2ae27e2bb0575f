"""The staff pages' blueprint; each page's file adds its own routes."""

from flask import Blueprint

console = Blueprint("console", __name__)

"""What customers call."""

from flask import Blueprint, jsonify, request

from . import store
from .access import account_of

orders = Blueprint("orders", __name__)


@orders.get("/orders")
def list_orders():
    """The caller's orders."""
    return jsonify(store.orders_of(account_of(request)))


@orders.get("/orders/export")
def export_orders():
    """The caller's orders as lines of text."""
    rows = store.orders_of(account_of(request))
    return "\n".join(f"{row['id']};{row['item']};{row['cents']}" for row in rows)


@orders.get("/health")
def health():
    """Says that the service is up."""
    return "ok"

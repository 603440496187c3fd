"""What staff call."""

from flask import Blueprint, jsonify, request

from . import store
from .access import require_staff

staff = Blueprint("staff", __name__, url_prefix="/admin")


@staff.post("/refunds/<int:order>")
def refund(order: int):
    """Refunds an order."""
    account = require_staff(request)
    store.refund(order, by=account)
    return jsonify({"refunded": order})


@staff.get("/search")
def search():
    """Orders whose item is what was asked for."""
    require_staff(request)
    return jsonify(store.search(request.args.get("item", "")))

"""The database: every statement of the service is in this file."""

import sqlite3

from flask import current_app

SCHEMA = """
CREATE TABLE IF NOT EXISTS orders
    (id INTEGER PRIMARY KEY, account TEXT, item TEXT, cents INTEGER, refunded_by TEXT);
CREATE TABLE IF NOT EXISTS roles (account TEXT, role TEXT);
"""


def open_database(path: str) -> sqlite3.Connection:
    """The database at a path, its tables made."""
    connection = sqlite3.connect(path, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.executescript(SCHEMA)
    return connection


def _connection() -> sqlite3.Connection:
    return current_app.config["DATABASE"]


def orders_of(account: str) -> list[dict]:
    """The orders of an account."""
    rows = _connection().execute("SELECT * FROM orders WHERE account = ?", (account,))
    return [dict(row) for row in rows]


def search(item: str) -> list[dict]:
    """The orders of an item."""
    rows = _connection().execute(f"SELECT * FROM orders WHERE item = '{item}'")
    return [dict(row) for row in rows]


def refund(order: int, by: str) -> None:
    """Marks an order as refunded."""
    _connection().execute("UPDATE orders SET refunded_by = ? WHERE id = ?", (by, order))


def roles(account: str) -> list[str]:
    """The names of an account's roles."""
    rows = _connection().execute("SELECT role FROM roles WHERE account = ?", (account,))
    return [row["role"] for row in rows]

"""Who may do what: every handler asks here before it reads or writes."""

from flask import abort

from . import store
from .tokens import check_token


def account_of(request) -> str:
    """The account that calls."""
    return check_token(request.headers.get("Authorization", ""))


def roles_of(account: str) -> set[str]:
    """The roles that an account has today."""
    return set(store.roles(account))


def require_staff(request) -> str:
    """The account that calls, which must be staff."""
    account = check_token(request.headers.get("Authorization", ""))
    if "staff" not in roles_of(account):
        abort(403)
    return account

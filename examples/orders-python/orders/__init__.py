"""A small order service: customers list and export orders, staff refund them."""

from flask import Flask

from . import admin, api, store


def create_app(database: str = ":memory:") -> Flask:
    """The application, its database opened and filled."""
    app = Flask(__name__)
    app.config["DATABASE"] = store.open_database(database)
    app.register_blueprint(api.orders)
    app.register_blueprint(admin.staff)
    return app

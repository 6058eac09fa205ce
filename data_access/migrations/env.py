"""Run by Alembic, with the connection that `upgrade` handed over."""

from alembic import context

from data_access.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True, compare_type=True)
context.run_migrations()

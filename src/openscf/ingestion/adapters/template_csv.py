"""Our own templates as CSV; see `_templates`."""

from openscf.ingestion.adapters._templates import adapter

ADAPTER = adapter("template_csv", en="openscf's own templates, CSV", zh="平台模板（CSV）", workbook=False)

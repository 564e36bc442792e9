"""Our own templates as XLSX; see `_templates`."""

from openscf.ingestion.adapters._templates import adapter

ADAPTER = adapter("template_xlsx", en="openscf's own templates, XLSX", zh="平台模板（XLSX）", workbook=True)

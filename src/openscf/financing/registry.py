"""The products that exist."""

from openscf.financing.model import Product
from openscf.kernel.errors import refusal
from openscf.kernel.registry import Registry

UNKNOWN_PRODUCT = refusal(
    "unknown_product",
    en="There is no product {name}; known: {known}.",
    zh="没有产品 {name}；可用：{known}。",
    fix_en="Choose one of the list.",
    fix_zh="请从列表中选择。",
    status=400,
)

PRODUCTS: Registry[Product] = Registry(
    "product", of=Product, name=lambda product: product.code, unknown=UNKNOWN_PRODUCT
).discover("openscf.financing.products")
"""One file each in `products/`."""

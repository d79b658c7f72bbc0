"""The tables, and the session that requests, the worker and the commands share."""

from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import JSON, ForeignKey, Numeric, String, create_engine
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    mapped_column,
    relationship,
    scoped_session,
    sessionmaker,
)

Session = scoped_session(sessionmaker())


def connect(url: str) -> None:
    """Bind the session to the database at `url`."""
    Session.remove()
    Session.configure(bind=create_engine(url, pool_pre_ping=True))


def _now() -> datetime:
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """Base of all tables."""


class User(Base):
    """A customer, or with `role` other than "customer" one of the staff."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    language: Mapped[str] = mapped_column(String(5), default="en")
    password: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20), default="customer")
    credit: Mapped[Decimal] = mapped_column(Numeric(10, 2), default=Decimal(0))
    reset_code: Mapped[str | None] = mapped_column(String(64))
    confirm_code: Mapped[str | None] = mapped_column(String(64))
    orders: Mapped[list["Order"]] = relationship(back_populates="user")

    @property
    def is_staff(self) -> bool:
        """Whether the user may open the staff pages."""
        return self.role in {"staff", "owner"}


class Product(Base):
    """Something that is for sale."""

    __tablename__ = "products"

    id: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(default="")
    price: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    stock: Mapped[int] = mapped_column(default=0)
    image: Mapped[str | None] = mapped_column(String(200))
    reviews: Mapped[list["Review"]] = relationship(back_populates="product")


class Review(Base):
    """What a customer thinks of a product; one to five stars."""

    __tablename__ = "reviews"

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    stars: Mapped[int]
    body: Mapped[str]
    product: Mapped[Product] = relationship(back_populates="reviews")


class Order(Base):
    """A bought basket; `status` is open, paid, sent or cancelled."""

    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    status: Mapped[str] = mapped_column(String(20), default="open")
    total: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    address: Mapped[str]
    channel: Mapped[str] = mapped_column(String(20), default="shop")
    placed: Mapped[datetime] = mapped_column(default=_now)
    payment: Mapped[str | None] = mapped_column(String(80))
    user: Mapped[User] = relationship(back_populates="orders")
    lines: Mapped[list["OrderLine"]] = relationship(back_populates="order")


class OrderLine(Base):
    """One product in an order, at the price of that day."""

    __tablename__ = "order_lines"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    quantity: Mapped[int]
    price: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    order: Mapped[Order] = relationship(back_populates="lines")
    product: Mapped[Product] = relationship()


class Job(Base):
    """Work for the worker; `state` is waiting, done or failed."""

    __tablename__ = "jobs"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)


def enqueue(kind: str, **payload: object) -> None:
    """Leave a job for the worker; the caller commits."""
    Session.add(Job(kind=kind, payload=payload))

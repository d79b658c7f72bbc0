"""Shared state changed by requests that overlap (CWE-362)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="race-balance-django",
        cwe="CWE-362",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            @transaction.atomic
            def $spend($Wallet, $owner, $amount: int) -> bool:
                $wallet = $Wallet.objects.get(owner=$owner)
                #...
                if $wallet.balance < $amount:
                    return False
                $wallet.balance -= $amount  #!
                $wallet.save()
                return True
            """,
        ),
        fixed=(
            """
            @transaction.atomic
            def $spend($Wallet, $owner, $amount: int) -> bool:
                $wallet = $Wallet.objects.select_for_update().get(owner=$owner)
                #...
                if $wallet.balance < $amount:
                    return False
                $wallet.balance -= $amount
                $wallet.save()
                return True
            """,
        ),
        decoy=(
            """
            @transaction.atomic
            def $spend($Wallet, $owner, $amount: int) -> bool:
                $rows = $Wallet.objects.filter(owner=$owner, balance__gte=$amount)
                #...
                return $rows.update(balance=F("balance") - $amount) == 1
            """,
        ),
        wrong_fix=(
            """
            @transaction.atomic
            def $spend($Wallet, $owner, $amount: int) -> bool:
                $wallet = $Wallet.objects.get(owner=$owner)
                #...
                if $wallet.balance < $amount:
                    return False
                $wallet.balance = F("balance") - $amount  #!
                $wallet.save(update_fields=["balance"])
                return True
            """,
        ),
        imports=(
            "from django.db import transaction",
            "from django.db.models import F",
        ),
        frameworks=("django",),
    ),
    Mechanism(
        id="race-coupon-sqlalchemy",
        cwe="CWE-362",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $redeem($session, $Coupon, $code: str) -> bool:
                $coupon = $session.scalars(select($Coupon).where($Coupon.code == $code)).one()
                #...
                if $coupon.uses_left <= 0:
                    return False
                $coupon.uses_left -= 1  #!
                $session.commit()
                return True
            """,
        ),
        fixed=(
            """
            def $redeem($session, $Coupon, $code: str) -> bool:
                $query = select($Coupon).where($Coupon.code == $code).with_for_update()
                $coupon = $session.scalars($query).one()
                #...
                if $coupon.uses_left <= 0:
                    return False
                $coupon.uses_left -= 1
                $session.commit()
                return True
            """,
        ),
        decoy=(
            """
            def $redeem($session, $Coupon, $code: str) -> bool:
                $query = update($Coupon).where($Coupon.code == $code, $Coupon.uses_left > 0)
                #...
                $result = $session.execute($query.values(uses_left=$Coupon.uses_left - 1))
                $session.commit()
                return $result.rowcount == 1
            """,
        ),
        wrong_fix=(
            """
            def $redeem($session, $Coupon, $code: str) -> bool:
                $coupon = $session.scalars(select($Coupon).where($Coupon.code == $code)).one()
                #...
                $session.refresh($coupon)
                if $coupon.uses_left <= 0:
                    return False
                $coupon.uses_left -= 1  #!
                $session.commit()
                return True
            """,
        ),
        imports=("from sqlalchemy import select, update",),
        frameworks=("sqlalchemy",),
    ),
    Mechanism(
        id="race-global-counter-threads",
        cwe="CWE-362",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            class $Quota:
                def __init__(self, $limit: int) -> None:
                    self._left = $limit
                    self._lock = threading.Lock()

                def take(self) -> bool:
                    #...
                    if self._left > 0:
                        self._left -= 1  #!
                        return True
                    return False
            """,
        ),
        fixed=(
            """
            class $Quota:
                def __init__(self, $limit: int) -> None:
                    self._left = $limit
                    self._lock = threading.Lock()

                def take(self) -> bool:
                    #...
                    with self._lock:
                        if self._left > 0:
                            self._left -= 1
                            return True
                    return False
            """,
        ),
        wrong_fix=(
            """
            class $Quota:
                def __init__(self, $limit: int) -> None:
                    self._left = $limit
                    self._lock = threading.Lock()

                def take(self) -> bool:
                    #...
                    if self._left > 0:
                        with self._lock:
                            self._left -= 1  #!
                        return True
                    return False
            """,
        ),
        imports=("import threading",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="race-redis-get-set",
        cwe="CWE-362",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $once($redis, $key: str) -> bool:
                #...
                if $redis.get($key) is not None:
                    return False
                $redis.set($key, "1", ex=<<60|3600>>)  #!
                return True
            """,
        ),
        fixed=(
            """
            def $once($redis, $key: str) -> bool:
                #...
                return bool($redis.set($key, "1", ex=<<60|3600>>, nx=True))
            """,
        ),
        wrong_fix=(
            """
            def $once($redis, $key: str) -> bool:
                #...
                if $redis.exists($key):
                    return False
                with $redis.pipeline(transaction=True) as $pipe:
                    $pipe.set($key, "1", ex=<<60|3600>>)  #!
                    $pipe.execute()
                return True
            """,
        ),
        frameworks=("redis",),
    ),
    Mechanism(
        id="race-async-await-between",
        cwe="CWE-362",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            class $Seats:
                def __init__(self, $store) -> None:
                    self._store = $store
                    self._lock = asyncio.Lock()

                async def reserve(self, $seat: str, $user: int) -> bool:
                    #...
                    if await self._store.owner($seat) is not None:
                        return False
                    await self._store.assign($seat, $user)  #!
                    return True
            """,
        ),
        fixed=(
            """
            class $Seats:
                def __init__(self, $store) -> None:
                    self._store = $store
                    self._lock = asyncio.Lock()

                async def reserve(self, $seat: str, $user: int) -> bool:
                    #...
                    async with self._lock:
                        if await self._store.owner($seat) is not None:
                            return False
                        await self._store.assign($seat, $user)
                    return True
            """,
        ),
        wrong_fix=(
            """
            class $Seats:
                def __init__(self, $store) -> None:
                    self._store = $store

                async def reserve(self, $seat: str, $user: int) -> bool:
                    #...
                    async with asyncio.Lock():
                        if await self._store.owner($seat) is not None:
                            return False
                        await self._store.assign($seat, $user)  #!
                    return True
            """,
        ),
        imports=("import asyncio",),
        frameworks=("fastapi",),
    ),
    Mechanism(
        id="race-otp-consume",
        cwe="CWE-362",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $consume($cache, $user_id: int, $code: str) -> bool:
                $stored = $cache.get(f"otp:{$user_id}")
                #...
                if $stored != $code:
                    return False
                $cache.delete(f"otp:{$user_id}")  #!
                return True
            """,
        ),
        fixed=(
            """
            def $consume($cache, $user_id: int, $code: str) -> bool:
                $stored = $cache.pop(f"otp:{$user_id}", None)
                #...
                if $stored != $code:
                    return False
                return True
            """,
        ),
        wrong_fix=(
            """
            def $consume($cache, $user_id: int, $code: str) -> bool:
                if $cache.get(f"otp:{$user_id}") is None:
                    return False
                #...
                if $cache.get(f"otp:{$user_id}") != $code:
                    return False
                $cache.delete(f"otp:{$user_id}")  #!
                return True
            """,
        ),
        frameworks=("stdlib",),
    ),
)

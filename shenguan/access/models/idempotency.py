"""The memory behind `Idempotency-Key` (CONTRACT §3)."""

from contextlib import nullcontext

from django.db import IntegrityError, connection, models, transaction

from shenguan.privacy.fields import EncryptedTextField


class IdempotencyRecord(models.Model):
    """One POST a client named with a key: taken (no answer yet) or answered.

    The answer may hold personal data (a credit check does), so it is kept encrypted and forgotten after some days.
    """

    client = models.ForeignKey("access.MachineClient", models.CASCADE, related_name="idempotency_records")
    key = models.CharField("幂等键", max_length=200)
    body_hash = models.CharField("请求摘要", max_length=64)
    taken_at = models.DateTimeField("开始时间")
    status = models.PositiveSmallIntegerField("状态码", null=True, blank=True)
    content_type = models.CharField("内容类型", max_length=60, blank=True)
    answer = EncryptedTextField("应答", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "key"], name="one_record_per_client_key")]
        indexes = [models.Index(fields=["taken_at"], name="idempotency_taken_at")]  # read by the nightly clean-up

    def __str__(self) -> str:
        return f"{self.client_id} {self.key}"

    def take(self) -> bool:
        """Writes the new row unless the client has used the key before; whether it was written.

        By far the most keys are new, so nobody looks first, and of two calls at once one is refused. Outside a
        transaction the one statement is a transaction by itself.
        """
        try:
            with transaction.atomic() if connection.in_atomic_block else nullcontext():
                self.save(force_insert=True)
        except IntegrityError:
            return False
        return True

"""What a person chose about channels."""

from django.db import models

from shenguan.org.models import Staff


class ChannelChoice(models.Model):
    """One departure from the defaults (notify.groups): this group of notices by this channel, yes or no."""

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="channel_choices", verbose_name="人员")
    group = models.CharField("类别", max_length=20)
    channel = models.CharField("渠道", max_length=10)
    is_on = models.BooleanField("接收")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staff", "group", "channel"], name="one_choice_per_group_and_channel")
        ]

    def __str__(self) -> str:
        return f"{self.staff} {self.group} {self.channel}"

from django.apps import AppConfig


class SituationsConfig(AppConfig):
    name = "situations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from agencies import guarding, needs
        from hub.core import second_wall
        from situations import models, refusals, said_of_agencies, taxonomy  # noqa: F401 - connects the ledger to refused attempts

        needs.name_with(
            needs=lambda: {one.code: one.name for one in taxonomy.risk_categories()}, languages=lambda: taxonomy.LANGUAGES
        )
        second_wall.stand_around(models.Identity, models.BlindIndex)
        second_wall.stand_around(models.PlanStep, models.Visit, models.Contact, models.ServiceRecord, models.ReportBack)
        second_wall.stand_around(models.Referral, models.ReferralMessage, models.ReferralGrounds)
        guarding.guard_with(said_of_agencies.look, said_of_agencies.names_somebody)
        second_wall.stand_around(models.HeldText)

"""A job is an evaluation, a sweep or a search: its kind takes the place of a mark for sweeps."""

from typing import Any

from django.db import migrations, models


def name_sweeps(apps: Any, schema_editor: Any) -> None:
    apps.get_model("designs", "Job").objects.filter(sweep=True).update(kind="sweep")


def mark_sweeps(apps: Any, schema_editor: Any) -> None:
    apps.get_model("designs", "Job").objects.filter(kind="sweep").update(sweep=True)


class Migration(migrations.Migration):
    dependencies = [("designs", "0002_initial")]

    operations = [
        migrations.AddField(
            model_name="job",
            name="kind",
            field=models.CharField(
                choices=[("evaluation", "Evaluation"), ("sweep", "Sweep"), ("search", "Search")],
                default="evaluation",
                max_length=10,
            ),
            preserve_default=False,
        ),
        migrations.AlterField(model_name="job", name="sweep", field=models.BooleanField(default=False)),
        migrations.RunPython(name_sweeps, mark_sweeps),
        migrations.RemoveField(model_name="job", name="sweep"),
    ]

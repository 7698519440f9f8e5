"""Reading a long catalogue: seconds and peak memory of `import_catalogue` as a process of its own."""

import csv
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from django.conf import settings
from django.db import connection

from approvals.models import ApprovalItem
from linkage.bench import seed

BASIS = "《中华人民共和国行政许可法》第三十一条"
HEADINGS = ["事项编码", "序号", "材料名称", "来源", "必要性", "形式", "份数", "依据"]


def run(rows: int) -> dict[str, object]:
    """Imports `rows` materials of new numbers."""
    seed.check_scratch()
    codes = list(ApprovalItem.objects.order_by("code").values_list("code", flat=True))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "materials.csv"
        with path.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.writer(handle)
            writer.writerow(HEADINGS)
            for n in range(rows):
                place = 100 + n // len(codes)
                writer.writerow([codes[n % len(codes)], place, f"材料{place}", "申请人", "主要", "原件", 1, BASIS])
        command = [sys.executable, "manage.py", "import_catalogue", "materials", str(path)]
        began = time.perf_counter()
        subprocess.run(command, check=True, cwd=settings.BASE_DIR, stdout=subprocess.DEVNULL)
        seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {
        "bench": "import",
        "engine": connection.vendor,
        "rows": rows,
        "seconds": round(seconds, 2),
        "peak_mb": round(peak),
    }

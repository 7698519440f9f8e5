"""What `make run` and `make reset-demo` do once the environment stands: prepare the demo city, then start everything.

usage: python tools/run.py [--reset]
"""

import os
import shutil
import socket
import sys
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
# Everything of the demo that starts anew; keys stay, so that a kept backup can still be read.
STATE = ("shenguan.sqlite3*", "files", "broker", "cache", "celerybeat-schedule*", "demo-loaded")


def main(arguments: list[str]) -> None:
    """Runs the portal until Ctrl-C, or with --reset only renews the demo city."""
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DEMO", "1")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shenguan.settings")
    port = chosen_port()
    refuse_busy(port)
    var = Path(os.environ.get("VAR_DIR") or ROOT / "var")
    if "--reset" in arguments:
        forget(var)
    prepare(var / "demo-loaded", empty_first="--reset" in arguments)
    if "--reset" in arguments:
        print("演示数据已重新装入。", flush=True)
        return
    announce(port)
    start(port)


def chosen_port() -> int:
    """PORT of the environment, 8000 without."""
    given = os.environ.get("PORT", "8000")
    if not given.isdecimal() or not 0 < int(given) < 65536:
        sys.exit(f"PORT={given} 不是端口号：请写 1 到 65535 之间的整数。")
    return int(given)


def refuse_busy(port: int) -> None:
    """Stops with one line when something answers there already."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            sys.exit(f"端口 {port} 已被占用：请先停止占用它的程序，或用 PORT=8001 make run 换一个端口。")


def forget(var: Path) -> None:
    """Removes the demo's state from disk."""
    for pattern in STATE:
        for path in var.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def prepare(marker: Path, *, empty_first: bool) -> None:
    """Brings the database up to date and loads the demo city once per database."""
    import django  # after the environment is set

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    database = settings.DATABASES["default"]
    label = f"{database.get('HOST', '')}/{database['NAME']}"
    call_command("migrate", interactive=False, verbosity=0)
    if empty_first and connection.vendor != "sqlite":
        call_command("flush", interactive=False, verbosity=0)
    if not marker.exists() or marker.read_text(encoding="utf-8") != label:
        print("首次启动，正在装入演示城市……", flush=True)
        call_command("load_demo")
        marker.write_text(label, encoding="utf-8")


def announce(port: int) -> None:
    """Prints the address and one demo account per role."""
    from django.conf import settings

    from shenguan.access.demo import demo_accounts

    print(f"\n审管联动平台　http://127.0.0.1:{port}/　（Ctrl-C 停止）")
    print(f"演示账号（口令均为 {settings.DEMO_PASSWORD}）：")
    for group in demo_accounts():
        staff = group.people[0]
        print(f"  {staff.username:<14}{group.label}　{staff.department.short_name}　{staff.name}")
    print(flush=True)


def start(port: int) -> NoReturn:
    """Becomes honcho: web, worker and beat of the Procfile, all stopped by Ctrl-C."""
    os.environ["PORT"] = str(port)
    os.environ.setdefault("PORTAL_URL", f"http://127.0.0.1:{port}")  # honcho gives each process a PORT of its own
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    os.environ["PYTHONUNBUFFERED"] = "1"
    os.execv(sys.executable, [sys.executable, "-m", "honcho", "start"])


if __name__ == "__main__":
    main(sys.argv[1:])

#!/bin/sh
# Browser tests use the system Chromium and a Chinese font; as root on Debian both are installed when missing.
set -eu
command -v chromium >/dev/null && fc-list :lang=zh | grep -q . && exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "浏览器测试需要 chromium 和中文字体：请安装 chromium 与 fonts-noto-cjk 后重试。" >&2
    exit 1
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk fontconfig

# One image for web, worker and beat; which one it is, the command says.
FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
COPY requirements/base.txt requirements/base.txt
RUN pip install --require-hashes -r requirements/base.txt
COPY . .
# collectstatic needs settings, not secrets: the key below is thrown away with this step
RUN key=$(head -c 48 /dev/urandom | base64 -w 0) \
    && SECRET_KEY=$key FIELD_KEYS=$key ALLOWED_HOSTS=build python manage.py collectstatic --noinput \
    && useradd --system --uid 10001 shenguan && mkdir -p var && chown -R shenguan var
USER shenguan
EXPOSE 8000
CMD ["gunicorn", "shenguan.wsgi", "--bind=0.0.0.0:8000", "--worker-class=gthread", "--workers=2", "--threads=8"]

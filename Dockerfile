# One image for every process: what it does is the first argument (serve, worker, demo, rules check, ...).
# Built anywhere that runs a Python 3.11 to 3.13 of a glibc system at the same place in both stages.
ARG BASE_IMAGE=python:3.13-slim

FROM ${BASE_IMAGE} AS requirements
# "otel" for traces; the locked requirements are in requirements/, a file for each.
ARG EXTRAS=
WORKDIR /build
# pip, and what builds the package, stay here: the venv that goes along has neither.
RUN python3 -m venv /build/venv && python3 -m venv --without-pip /opt/autotagger
COPY requirements/build.txt requirements/run.txt requirements/otel.txt requirements/
RUN /build/venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements/build.txt \
    && /build/venv/bin/pip --python /opt/autotagger/bin/python install \
       --no-cache-dir --require-hashes --only-binary :all: -r "requirements/${EXTRAS:-run}.txt"

FROM requirements AS package
COPY . .
# Under a root of its own, so that a new version of ours is a small layer on that of the requirements.
RUN /build/venv/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir dist . \
    && /build/venv/bin/pip --python /opt/autotagger/bin/python install \
       --no-cache-dir --no-deps --no-index --root /package dist/*.whl

FROM ${BASE_IMAGE}
COPY --from=requirements /opt/autotagger /opt/autotagger
COPY --from=package /package /
# Of Python's own modules the base has no bytecode, and where this runs none can be written: without this line every
# start would compile them anew.
RUN ["/opt/autotagger/bin/python", "-c", "import cli.demo.command, cli.doctor, cli.serve, cli.simulator, cli.worker"]
ENV PATH=/opt/autotagger/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
# A number, so that Kubernetes can see that it is not root; any other does as well, for nothing here is written to.
USER 65532:65532
EXPOSE 8080 9090
ENTRYPOINT ["autotagger"]
CMD ["--help"]
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="autotagger" \
      org.opencontainers.image.description="Tags an Intercom inbox by rules: signed webhooks in, the right tags out" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

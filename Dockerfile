# The `polywire` command in a small image that runs as an ordinary user.
#   docker build --build-arg TORCH_INDEX=<PyTorch's index of CPU builds> -t polywire:0.1.0 .

FROM python:3.13.15-slim-trixie@sha256:8d9d0b8bcf6506481eae4907c18f5e3e7902e629f5f6d684f9e7c32e85e3ddf0 AS build
ARG TORCH_INDEX=""
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/polywire
WORKDIR /src
COPY constraints.txt ./
# The CPU build weighs a tenth of the CUDA one; once it is there, pip keeps it.
RUN if [ -n "$TORCH_INDEX" ]; then \
      /opt/polywire/bin/pip install --index-url "$TORCH_INDEX" "$(grep -iE '^torch==' constraints.txt)"; \
    fi
COPY pyproject.toml README.md LICENSE ./
COPY config config
COPY indexer indexer
COPY search search
RUN /opt/polywire/bin/pip install --constraint constraints.txt .

FROM python:3.13.15-slim-trixie@sha256:8d9d0b8bcf6506481eae4907c18f5e3e7902e629f5f6d684f9e7c32e85e3ddf0
RUN useradd --system --uid 10001 --home-dir /var/lib/polywire --create-home polywire
COPY --from=build /opt/polywire /opt/polywire
ENV PATH=/opt/polywire/bin:$PATH PYTHONUNBUFFERED=1 HF_HOME=/var/lib/polywire/models
USER polywire
WORKDIR /var/lib/polywire
VOLUME /var/lib/polywire
EXPOSE 8080
ENTRYPOINT ["polywire"]
CMD ["--help"]

# Stands in for docker.io/valkey/valkey: the server on PATH, a shell, user 999, data in /data.
FROM kl.local/python:3.11
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends redis-tools \
    && rm -rf /var/lib/apt/lists/* && ln -s redis-cli /usr/bin/valkey-cli \
    && groupadd --system --gid 999 valkey && useradd --system --uid 999 --gid 999 valkey \
    && mkdir /data && chown valkey:valkey /data
COPY --chmod=755 valkey-server /usr/local/bin/
WORKDIR /data
VOLUME /data
EXPOSE 6379
CMD ["valkey-server"]

# The same with what an image is built with.
FROM kl.local/python:3.11
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv python3-pip \
    && rm -rf /var/lib/apt/lists/*

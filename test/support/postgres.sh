# Sourced by the suites that need a PostgreSQL: one without privileges, in a temporary folder, reached by its socket alone.
# Nothing is synced: it lives as long as the suite.
# shellcheck shell=bash
postgres_user=()
postgres_bin=

# postgres_start FOLDER: makes FOLDER/data and starts the server; connect with "host=FOLDER user=leye dbname=postgres"
postgres_start() {
        local folder=$1 owner candidate
        postgres_user=()
        if [[ $(id -u) -eq 0 ]]; then
                # PostgreSQL refuses to run as root
                owner=postgres
                id "$owner" >/dev/null 2>&1 || owner=nobody
                chown "$owner" "$folder"
                postgres_user=(setpriv "--reuid=$owner" "--regid=$(id -g "$owner")" --clear-groups)
        fi
        for candidate in "$(pg_config --bindir 2>/dev/null)" /usr/lib/postgresql/*/bin; do
                [[ -x $candidate/initdb ]] && postgres_bin=$candidate
        done
        (
                cd "$folder" || exit 1
                "${postgres_user[@]}" "$postgres_bin/initdb" -D "$folder/data" -A trust -U leye --no-sync -E UTF8 --locale=C >/dev/null
                "${postgres_user[@]}" "$postgres_bin/pg_ctl" -D "$folder/data" -w -l "$folder/log" \
                        -o "-c fsync=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 -c synchronous_commit=off \
                        -c listen_addresses='' -c unix_socket_directories='$folder' -c shared_buffers=64MB" start >/dev/null
        )
}

# postgres_stop FOLDER: stops it if it runs
postgres_stop() {
        (cd "$1" && "${postgres_user[@]}" "$postgres_bin/pg_ctl" -D "$1/data" -m immediate stop >/dev/null 2>&1) || true
}

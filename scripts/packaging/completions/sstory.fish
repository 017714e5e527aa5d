# fish completion of sstory, generated from its --help

# The last word that is no operator.
function __sstory_before
    string match -v -r '^(=|==|!=|<|>|<=|>=|eq|ne)$' -- (commandline -opc) | tail -n 1
end

# What the database holds.
function __sstory_values
    set -l words (commandline -opc)
    set -l db
    set -l at (contains -i -- --db $words)
    and set db --db $words[(math $at + 1)]
    $words[1] complete-values $argv[1] $db 2>/dev/null
end

complete -c sstory -n __fish_use_subcommand -a record -d 'record every TCP state transition of this host into a database'
complete -c sstory -n '__fish_seen_subcommand_from record' -l debug
complete -c sstory -n '__fish_seen_subcommand_from record' -l retain -x
complete -c sstory -n '__fish_seen_subcommand_from record' -l max-size -x
complete -c sstory -n '__fish_seen_subcommand_from record' -l db -rF
complete -c sstory -n '__fish_seen_subcommand_from record' -l group -x
complete -c sstory -n '__fish_seen_subcommand_from record' -l source -x -a 'auto bpf diag'
complete -c sstory -n '__fish_seen_subcommand_from record' -l interval -x
complete -c sstory -n '__fish_seen_subcommand_from record' -l duration -x
complete -c sstory -n '__fish_seen_subcommand_from record' -l netns -x -a 'all self'
complete -c sstory -n '__fish_seen_subcommand_from record' -l transport -x -a 'auto ring text'
complete -c sstory -n '__fish_seen_subcommand_from record' -l ring-size -x
complete -c sstory -n '__fish_seen_subcommand_from record' -l backlog -x
complete -c sstory -n '__fish_seen_subcommand_from record' -l max-memory -x
complete -c sstory -n '__fish_seen_subcommand_from record' -l no-names
complete -c sstory -n '__fish_seen_subcommand_from record' -l tee -rF
complete -c sstory -n '__fish_seen_subcommand_from record' -l log -rF
complete -c sstory -n '__fish_seen_subcommand_from record' -l serve -x
complete -c sstory -n '__fish_seen_subcommand_from record' -l metrics -x
complete -c sstory -n '__fish_seen_subcommand_from record' -s h -l help
complete -c sstory -n __fish_use_subcommand -a log -d 'show recorded transitions, one per line, oldest first'
complete -c sstory -n '__fish_seen_subcommand_from log' -l debug
complete -c sstory -n '__fish_seen_subcommand_from log' -s N -l netns -x
complete -c sstory -n '__fish_seen_subcommand_from log' -s S -l since -x
complete -c sstory -n '__fish_seen_subcommand_from log' -s U -l until -x
complete -c sstory -n '__fish_seen_subcommand_from log' -l json
complete -c sstory -n '__fish_seen_subcommand_from log' -s f -l follow
complete -c sstory -n '__fish_seen_subcommand_from log' -s n -l lines -x
complete -c sstory -n '__fish_seen_subcommand_from log' -s r -l reverse
complete -c sstory -n '__fish_seen_subcommand_from log' -s g -l grep -x
complete -c sstory -n '__fish_seen_subcommand_from log' -l utc
complete -c sstory -n '__fish_seen_subcommand_from log' -l color -x -a 'auto always never'
complete -c sstory -n '__fish_seen_subcommand_from log' -l no-pager
complete -c sstory -n '__fish_seen_subcommand_from log' -l db -rF
complete -c sstory -n '__fish_seen_subcommand_from log' -l fleet -x
complete -c sstory -n '__fish_seen_subcommand_from log' -s h -l help
complete -c sstory -n __fish_use_subcommand -a timeline -d 'show the life of each connection: its states, how long each lasted, and its events'
complete -c sstory -n '__fish_seen_subcommand_from timeline' -l debug
complete -c sstory -n '__fish_seen_subcommand_from timeline' -s N -l netns -x
complete -c sstory -n '__fish_seen_subcommand_from timeline' -s S -l since -x
complete -c sstory -n '__fish_seen_subcommand_from timeline' -s U -l until -x
complete -c sstory -n '__fish_seen_subcommand_from timeline' -l json
complete -c sstory -n '__fish_seen_subcommand_from timeline' -l pcap-filter
complete -c sstory -n '__fish_seen_subcommand_from timeline' -l oneline
complete -c sstory -n '__fish_seen_subcommand_from timeline' -l min-duration -x
complete -c sstory -n '__fish_seen_subcommand_from timeline' -l id -x
complete -c sstory -n '__fish_seen_subcommand_from timeline' -s n -l connections -x
complete -c sstory -n '__fish_seen_subcommand_from timeline' -l db -rF
complete -c sstory -n '__fish_seen_subcommand_from timeline' -l fleet -x
complete -c sstory -n '__fish_seen_subcommand_from timeline' -s h -l help
complete -c sstory -n __fish_use_subcommand -a diff -d 'show what changed in the socket table between two times'
complete -c sstory -n '__fish_seen_subcommand_from diff' -l debug
complete -c sstory -n '__fish_seen_subcommand_from diff' -s N -l netns -x
complete -c sstory -n '__fish_seen_subcommand_from diff' -s S -l since -x
complete -c sstory -n '__fish_seen_subcommand_from diff' -s U -l until -x
complete -c sstory -n '__fish_seen_subcommand_from diff' -l json
complete -c sstory -n '__fish_seen_subcommand_from diff' -l transitions
complete -c sstory -n '__fish_seen_subcommand_from diff' -l db -rF
complete -c sstory -n '__fish_seen_subcommand_from diff' -s h -l help
complete -c sstory -n __fish_use_subcommand -a explain -d 'explain why a connection is in its state; --all: what looks wrong on this host'
complete -c sstory -n '__fish_seen_subcommand_from explain' -l debug
complete -c sstory -n '__fish_seen_subcommand_from explain' -s N -l netns -x
complete -c sstory -n '__fish_seen_subcommand_from explain' -s S -l since -x
complete -c sstory -n '__fish_seen_subcommand_from explain' -s U -l until -x
complete -c sstory -n '__fish_seen_subcommand_from explain' -l json
complete -c sstory -n '__fish_seen_subcommand_from explain' -l at -x
complete -c sstory -n '__fish_seen_subcommand_from explain' -l all
complete -c sstory -n '__fish_seen_subcommand_from explain' -s v -l verbose
complete -c sstory -n '__fish_seen_subcommand_from explain' -s n -l connections -x
complete -c sstory -n '__fish_seen_subcommand_from explain' -l db -rF
complete -c sstory -n '__fish_seen_subcommand_from explain' -l fleet -x
complete -c sstory -n '__fish_seen_subcommand_from explain' -s h -l help
complete -c sstory -n __fish_use_subcommand -a replay -d 'play recorded transitions again at their own pace: a live table, or lines'
complete -c sstory -n '__fish_seen_subcommand_from replay' -l debug
complete -c sstory -n '__fish_seen_subcommand_from replay' -s N -l netns -x
complete -c sstory -n '__fish_seen_subcommand_from replay' -s S -l since -x
complete -c sstory -n '__fish_seen_subcommand_from replay' -s U -l until -x
complete -c sstory -n '__fish_seen_subcommand_from replay' -l json
complete -c sstory -n '__fish_seen_subcommand_from replay' -l speed -x
complete -c sstory -n '__fish_seen_subcommand_from replay' -l from -x
complete -c sstory -n '__fish_seen_subcommand_from replay' -l step
complete -c sstory -n '__fish_seen_subcommand_from replay' -l to-stream
complete -c sstory -n '__fish_seen_subcommand_from replay' -l db -rF
complete -c sstory -n '__fish_seen_subcommand_from replay' -s h -l help
complete -c sstory -n __fish_use_subcommand -a live -d 'show the socket table as the running recorder updates it'
complete -c sstory -n '__fish_seen_subcommand_from live' -l debug
complete -c sstory -n '__fish_seen_subcommand_from live' -s N -l netns -x
complete -c sstory -n '__fish_seen_subcommand_from live' -l json
complete -c sstory -n '__fish_seen_subcommand_from live' -l db -rF
complete -c sstory -n '__fish_seen_subcommand_from live' -s h -l help
complete -c sstory -n __fish_use_subcommand -a serve -d 'serve the web page of a history: look at it in a browser'
complete -c sstory -n '__fish_seen_subcommand_from serve' -l debug
complete -c sstory -n '__fish_seen_subcommand_from serve' -l db -rF
complete -c sstory -n '__fish_seen_subcommand_from serve' -l fleet -x
complete -c sstory -n '__fish_seen_subcommand_from serve' -l listen -x
complete -c sstory -n '__fish_seen_subcommand_from serve' -l allow-host -x
complete -c sstory -n '__fish_seen_subcommand_from serve' -l token-file -rF
complete -c sstory -n '__fish_seen_subcommand_from serve' -l metrics -x
complete -c sstory -n '__fish_seen_subcommand_from serve' -l label -x -a 'comm port'
complete -c sstory -n '__fish_seen_subcommand_from serve' -s h -l help
complete -c sstory -n __fish_use_subcommand -a url -d 'print the address of the page of a running server'
complete -c sstory -n '__fish_seen_subcommand_from url' -l debug
complete -c sstory -n '__fish_seen_subcommand_from url' -l db -rF
complete -c sstory -n '__fish_seen_subcommand_from url' -l fleet -x
complete -c sstory -n '__fish_seen_subcommand_from url' -s h -l help
complete -c sstory -n __fish_use_subcommand -a fleet -d 'prepare ClickHouse for the histories of many hosts'
complete -c sstory -n '__fish_seen_subcommand_from fleet' -l debug
complete -c sstory -n '__fish_seen_subcommand_from fleet' -l retain -x
complete -c sstory -n '__fish_seen_subcommand_from fleet' -l on-cluster -x
complete -c sstory -n '__fish_seen_subcommand_from fleet' -l print
complete -c sstory -n '__fish_seen_subcommand_from fleet' -s h -l help
complete -c sstory -n __fish_use_subcommand -a ss -d 'show the socket table as ss does, now or --at any recorded time'
complete -c sstory -n '__fish_seen_subcommand_from ss' -s a -l all
complete -c sstory -n '__fish_seen_subcommand_from ss' -s l -l listening
complete -c sstory -n '__fish_seen_subcommand_from ss' -s 4 -l ipv4
complete -c sstory -n '__fish_seen_subcommand_from ss' -s 6 -l ipv6
complete -c sstory -n '__fish_seen_subcommand_from ss' -s f -l family
complete -c sstory -n '__fish_seen_subcommand_from ss' -s A -l query
complete -c sstory -n '__fish_seen_subcommand_from ss' -s N -l net
complete -c sstory -n '__fish_seen_subcommand_from ss' -s F -l filter -rF
complete -c sstory -n '__fish_seen_subcommand_from ss' -s s -l summary
complete -c sstory -n '__fish_seen_subcommand_from ss' -s E -l events
complete -c sstory -n '__fish_seen_subcommand_from ss' -s K -l kill
complete -c sstory -n '__fish_seen_subcommand_from ss' -s o -l options
complete -c sstory -n '__fish_seen_subcommand_from ss' -s m -l memory
complete -c sstory -n '__fish_seen_subcommand_from ss' -s e -l extended
complete -c sstory -n '__fish_seen_subcommand_from ss' -s i -l info
complete -c sstory -n '__fish_seen_subcommand_from ss' -s p -l processes
complete -c sstory -n '__fish_seen_subcommand_from ss' -s T -l threads
complete -c sstory -n '__fish_seen_subcommand_from ss' -s Z -l context
complete -c sstory -n '__fish_seen_subcommand_from ss' -s n -l numeric
complete -c sstory -n '__fish_seen_subcommand_from ss' -s r -l resolve
complete -c sstory -n '__fish_seen_subcommand_from ss' -s H -l no-header
complete -c sstory -n '__fish_seen_subcommand_from ss' -s O -l oneline
complete -c sstory -n '__fish_seen_subcommand_from ss' -s Q -l no-queues
complete -c sstory -n '__fish_seen_subcommand_from ss' -l json
complete -c sstory -n '__fish_seen_subcommand_from ss' -l columns
complete -c sstory -n '__fish_seen_subcommand_from ss' -l at
complete -c sstory -n '__fish_seen_subcommand_from ss' -l db -rF
complete -c sstory -n '__fish_seen_subcommand_from ss' -l fleet
complete -c sstory -n '__fish_seen_subcommand_from ss' -l dump -rF
complete -c sstory -n '__fish_seen_subcommand_from ss' -s D -l diag -rF
complete -c sstory -n __fish_use_subcommand -a sql -d 'query the history in SQL: one query, or a prompt'
complete -c sstory -n '__fish_seen_subcommand_from sql' -l debug
complete -c sstory -n '__fish_seen_subcommand_from sql' -l db -rF
complete -c sstory -n '__fish_seen_subcommand_from sql' -l fleet -x
complete -c sstory -n '__fish_seen_subcommand_from sql' -l format -x -a 'table json csv markdown'
complete -c sstory -n '__fish_seen_subcommand_from sql' -s h -l help
complete -c sstory -n __fish_use_subcommand -a names -d 'show which names resolved to which addresses, and when'
complete -c sstory -n '__fish_seen_subcommand_from names' -l debug
complete -c sstory -n '__fish_seen_subcommand_from names' -s S -l since -x
complete -c sstory -n '__fish_seen_subcommand_from names' -s U -l until -x
complete -c sstory -n '__fish_seen_subcommand_from names' -l reverse
complete -c sstory -n '__fish_seen_subcommand_from names' -l json
complete -c sstory -n '__fish_seen_subcommand_from names' -l db -rF
complete -c sstory -n '__fish_seen_subcommand_from names' -l fleet -x
complete -c sstory -n '__fish_seen_subcommand_from names' -s h -l help
complete -c sstory -n __fish_use_subcommand -a import -d 'make a database from a recording file, or from files that ss -D wrote'
complete -c sstory -n '__fish_seen_subcommand_from import' -l debug
complete -c sstory -n '__fish_seen_subcommand_from import' -l db -rF
complete -c sstory -n '__fish_seen_subcommand_from import' -s h -l help
complete -c sstory -n '__fish_seen_subcommand_from import' -l ss-dump -x
complete -c sstory -n '__fish_seen_subcommand_from import' -l time -x
complete -c sstory -n __fish_use_subcommand -a prune -d 'delete the oldest closed connections from a database, and shrink it'
complete -c sstory -n '__fish_seen_subcommand_from prune' -l debug
complete -c sstory -n '__fish_seen_subcommand_from prune' -l db -rF
complete -c sstory -n '__fish_seen_subcommand_from prune' -l retain -x
complete -c sstory -n '__fish_seen_subcommand_from prune' -l max-size -x
complete -c sstory -n '__fish_seen_subcommand_from prune' -s h -l help
complete -c sstory -n __fish_use_subcommand -a export -d 'write connections, transitions, ... as CSV, JSON lines, Parquet, a Perfetto trace, or a part of the history as a file'
complete -c sstory -n '__fish_seen_subcommand_from export' -l debug
complete -c sstory -n '__fish_seen_subcommand_from export' -l format -x -a 'csv jsonl parquet recording sqlite perfetto'
complete -c sstory -n '__fish_seen_subcommand_from export' -l what -x -a 'connections transitions owners events samples snapshots gaps runs names namespaces threads sockstat bound timewaits prunings'
complete -c sstory -n '__fish_seen_subcommand_from export' -l time -x -a 'us iso'
complete -c sstory -n '__fish_seen_subcommand_from export' -s N -l netns -x
complete -c sstory -n '__fish_seen_subcommand_from export' -s S -l since -x
complete -c sstory -n '__fish_seen_subcommand_from export' -s U -l until -x
complete -c sstory -n '__fish_seen_subcommand_from export' -s o -l output -rF
complete -c sstory -n '__fish_seen_subcommand_from export' -l redact
complete -c sstory -n '__fish_seen_subcommand_from export' -l redact-key-file -rF
complete -c sstory -n '__fish_seen_subcommand_from export' -l db -rF
complete -c sstory -n '__fish_seen_subcommand_from export' -s h -l help
complete -c sstory -n __fish_use_subcommand -a ship -d 'copy the history to ClickHouse or Parquet files, where those of many hosts are'
complete -c sstory -n '__fish_seen_subcommand_from ship' -l debug
complete -c sstory -n '__fish_seen_subcommand_from ship' -l to -x
complete -c sstory -n '__fish_seen_subcommand_from ship' -l what -x
complete -c sstory -n '__fish_seen_subcommand_from ship' -l once
complete -c sstory -n '__fish_seen_subcommand_from ship' -l pace -x
complete -c sstory -n '__fish_seen_subcommand_from ship' -l name -x
complete -c sstory -n '__fish_seen_subcommand_from ship' -l db -rF
complete -c sstory -n '__fish_seen_subcommand_from ship' -l state -x
complete -c sstory -n '__fish_seen_subcommand_from ship' -l status
complete -c sstory -n '__fish_seen_subcommand_from ship' -l json
complete -c sstory -n '__fish_seen_subcommand_from ship' -s h -l help
complete -c sstory -n __fish_use_subcommand -a wait -d 'wait until a connection matches a filter, or does so for some time'
complete -c sstory -n '__fish_seen_subcommand_from wait' -l debug
complete -c sstory -n '__fish_seen_subcommand_from wait' -s N -l netns -x
complete -c sstory -n '__fish_seen_subcommand_from wait' -l for -x
complete -c sstory -n '__fish_seen_subcommand_from wait' -l timeout -x
complete -c sstory -n '__fish_seen_subcommand_from wait' -l exec -x
complete -c sstory -n '__fish_seen_subcommand_from wait' -l repeat
complete -c sstory -n '__fish_seen_subcommand_from wait' -l json
complete -c sstory -n '__fish_seen_subcommand_from wait' -l db -rF
complete -c sstory -n '__fish_seen_subcommand_from wait' -s h -l help
complete -c sstory -n __fish_use_subcommand -a top -d 'rank processes, peers, ports ...: connects, failures, bytes, connect times'
complete -c sstory -n '__fish_seen_subcommand_from top' -l debug
complete -c sstory -n '__fish_seen_subcommand_from top' -s N -l netns -x
complete -c sstory -n '__fish_seen_subcommand_from top' -s S -l since -x
complete -c sstory -n '__fish_seen_subcommand_from top' -s U -l until -x
complete -c sstory -n '__fish_seen_subcommand_from top' -l json
complete -c sstory -n '__fish_seen_subcommand_from top' -l by -x -a 'process peer port name netns container machine'
complete -c sstory -n '__fish_seen_subcommand_from top' -l sort -x -a 'connects failed p95 open bytes retransmits'
complete -c sstory -n '__fish_seen_subcommand_from top' -s n -l lines -x
complete -c sstory -n '__fish_seen_subcommand_from top' -l db -rF
complete -c sstory -n '__fish_seen_subcommand_from top' -l fleet -x
complete -c sstory -n '__fish_seen_subcommand_from top' -s h -l help
complete -c sstory -n __fish_use_subcommand -a count -d 'show how many sockets there were over time, in all and by state'
complete -c sstory -n '__fish_seen_subcommand_from count' -l debug
complete -c sstory -n '__fish_seen_subcommand_from count' -s N -l netns -x
complete -c sstory -n '__fish_seen_subcommand_from count' -s S -l since -x
complete -c sstory -n '__fish_seen_subcommand_from count' -s U -l until -x
complete -c sstory -n '__fish_seen_subcommand_from count' -l json
complete -c sstory -n '__fish_seen_subcommand_from count' -l by -x -a 'state'
complete -c sstory -n '__fish_seen_subcommand_from count' -l every -x
complete -c sstory -n '__fish_seen_subcommand_from count' -l db -rF
complete -c sstory -n '__fish_seen_subcommand_from count' -s h -l help
complete -c sstory -n __fish_use_subcommand -a status -d 'check that a recorder runs, keeps up, and loses nothing: for monitoring'
complete -c sstory -n '__fish_seen_subcommand_from status' -l debug
complete -c sstory -n '__fish_seen_subcommand_from status' -l json
complete -c sstory -n '__fish_seen_subcommand_from status' -l max-lag -x
complete -c sstory -n '__fish_seen_subcommand_from status' -l max-lost -x
complete -c sstory -n '__fish_seen_subcommand_from status' -l db -rF
complete -c sstory -n '__fish_seen_subcommand_from status' -s h -l help
complete -c sstory -n __fish_use_subcommand -a metrics -d 'print metrics for Prometheus, or answer its scrapes'
complete -c sstory -n '__fish_seen_subcommand_from metrics' -l debug
complete -c sstory -n '__fish_seen_subcommand_from metrics' -l db -rF
complete -c sstory -n '__fish_seen_subcommand_from metrics' -l listen -x
complete -c sstory -n '__fish_seen_subcommand_from metrics' -l token-file -rF
complete -c sstory -n '__fish_seen_subcommand_from metrics' -l label -x -a 'comm port'
complete -c sstory -n '__fish_seen_subcommand_from metrics' -s h -l help
complete -c sstory -n __fish_use_subcommand -a info -d 'show what a database holds: runs, time span, rows, gaps, and the size of each table'
complete -c sstory -n '__fish_seen_subcommand_from info' -l debug
complete -c sstory -n '__fish_seen_subcommand_from info' -l json
complete -c sstory -n '__fish_seen_subcommand_from info' -l db -rF
complete -c sstory -n '__fish_seen_subcommand_from info' -s h -l help
complete -c sstory -n __fish_use_subcommand -a check -d 'check a database for corruption and inconsistencies'
complete -c sstory -n '__fish_seen_subcommand_from check' -l debug
complete -c sstory -n '__fish_seen_subcommand_from check' -l db -rF
complete -c sstory -n '__fish_seen_subcommand_from check' -s h -l help
complete -c sstory -n __fish_use_subcommand -a migrate -d 'upgrade a database that an older sstory wrote; a copy is kept'
complete -c sstory -n '__fish_seen_subcommand_from migrate' -l debug
complete -c sstory -n '__fish_seen_subcommand_from migrate' -l db -rF
complete -c sstory -n '__fish_seen_subcommand_from migrate' -s h -l help
complete -c sstory -n __fish_use_subcommand -a completion -d 'print the completion script of bash, zsh or fish'
complete -c sstory -n '__fish_seen_subcommand_from completion' -f -a 'bash zsh fish'
complete -c sstory -n '__fish_seen_subcommand_from completion' -l debug
complete -c sstory -n '__fish_seen_subcommand_from completion' -s h -l help
complete -c sstory -n __fish_use_subcommand -a doctor -d 'check what this host offers for recording, and say how to fix what is missing'
complete -c sstory -n '__fish_seen_subcommand_from doctor' -l debug
complete -c sstory -n '__fish_seen_subcommand_from doctor' -l json
complete -c sstory -n '__fish_seen_subcommand_from doctor' -s h -l help
complete -c sstory -n '__fish_seen_subcommand_from log timeline diff explain replay live ss export wait top count' -a 'state exclude src dst sport dport host port dev fwmark cgroup autobound pid uid comm netns container pod unit machine id origin reason duration name and or not'
complete -c sstory -n '__fish_seen_subcommand_from log timeline diff explain replay live ss export wait top count; and contains -- (__sstory_before) state' -a 'all connected synchronized bucket big established syn-sent syn-recv syn-rcv fin-wait-1 fin-wait-2 time-wait unconnected closed close close-wait last-ack listening closing bound-inactive'
complete -c sstory -n '__fish_seen_subcommand_from log timeline diff explain replay live ss export wait top count; and contains -- (__sstory_before) exclude' -a 'all connected synchronized bucket big established syn-sent syn-recv syn-rcv fin-wait-1 fin-wait-2 time-wait unconnected closed close close-wait last-ack listening closing bound-inactive'
complete -c sstory -n '__fish_seen_subcommand_from log timeline diff explain replay live ss export wait top count; and contains -- (__sstory_before) reason' -a 'unknown orderly reset-by-peer refused timed-out unreachable aborted destroyed failed reset timeout timedout'
complete -c sstory -n '__fish_seen_subcommand_from log timeline diff explain replay live ss export wait top count; and contains -- (__sstory_before) origin' -a 'unknown connect accept listen before-recording'
complete -c sstory -n '__fish_seen_subcommand_from log timeline diff explain replay live ss export wait top count; and contains -- (__sstory_before) comm' -a '(__sstory_values comm)'
complete -c sstory -n '__fish_seen_subcommand_from log timeline diff explain replay live ss export wait top count; and contains -- (__sstory_before) sport dport port' -a '(__sstory_values port)'
complete -c sstory -n '__fish_seen_subcommand_from log timeline diff explain replay live ss export wait top count; and contains -- (__sstory_before) netns' -a '(__sstory_values netns)'

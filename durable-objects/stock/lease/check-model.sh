#!/usr/bin/env bash
# Lets Spin try every order of the steps of lease.pml, then breaks the protocol on purpose and sees each break caught.
# One line per configuration. DEEP=1 adds larger sizes, which take minutes. docs/lease-model.md says how to read it.
set -euo pipefail
cd "$(dirname "$0")"

for tool in spin gcc; do
  if ! command -v "$tool" >/dev/null 2>&1; then
    get="$tool is not installed (Debian: apt-get install spin gcc libc6-dev)"
    if [ "${REQUIRE_SPIN:-}" = 1 ]; then
      echo "check:model fails, $get" >&2
      exit 1
    fi
    echo "check:model is skipped, $get"
    exit 0
  fi
done

# Runs end after a few hundred steps; Spin would say so if this cut one off.
DEPTH_MAX=20000
# Two at a time stay below 4 GB.
MEMORY_MB_MAX=1900
JOBS_MAX=2

model=$PWD/lease.pml
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# checker <name> <gcc options> <flag>...: makes Spin's checker for one configuration, without partial order reduction.
checker() {
  local name=$1 options=$2
  shift 2
  mkdir "$work/$name"
  cp "$model" "$work/$name/"
  cd "$work/$name"
  spin -a "$@" lease.pml >spin.out || { cat spin.out >&2; exit 1; }
  # shellcheck disable=SC2086 # several options in one word
  gcc -w $options -DNOREDUCE -DMEMLIM=$MEMORY_MB_MAX -o pan pan.c
}

# The number that a pattern's group finds in Spin's report.
number() {
  sed -nE "s/.*$1.*/\1/p" pan.out | head -1
}

say() {
  printf '%-30s %9s states %4s deep %6s s  %s\n' "$(basename "$PWD")" "$(number ' ([0-9]+) states, stored')" \
    "$(number 'depth reached ([0-9]+)')" "$(number 'elapsed time ([0-9.]+) seconds')" "$1" >line
}

fail() {
  say "FAILS: $1"
  touch "$work/failed"
}

# Passes when Spin went through all the states there are, with nothing cut off, and found no error.
judge() {
  if grep -qE 'max search depth too small|out of memory|Search not completed' pan.out; then
    fail "$(grep -m1 -E '^pan:1: |max search depth too small|out of memory' pan.out | cut -c1-200)"
  elif [ "$(number 'errors: ([0-9]+)')" != 0 ] || ! grep -q '^Full statespace search' pan.out; then
    fail "Spin did not finish its search"
  else
    say "$1"
  fi
}

# holds <name> <flag>...: every order of steps keeps every promise.
holds() {
  local name=$1
  shift
  checker "$name" '-O0 -DSAFETY' "$@"
  ./pan -m$DEPTH_MAX -w22 >pan.out 2>&1 || true
  judge "holds: $*"
}

# ends <name> <flag>...: no run goes round in circles. No state is marked as progress, so any circle is an error.
ends() {
  local name=$1
  shift
  checker "$name" '-O0 -DNP' "$@"
  ./pan -l -m$DEPTH_MAX -w22 >pan.out 2>&1 || true
  judge "ends: $*"
}

# breaks <promise> <fault> <flag>...: with this fault built in, Spin must see this promise broken.
breaks() {
  local promise=$1 fault=$2
  shift 2
  checker "$fault" '-O0 -DSAFETY' "-D$fault" "$@"
  ./pan -m$DEPTH_MAX -w20 >pan.out 2>&1 || true
  if grep -qE "^pan:1: assertion violated .*${PROMISES[$promise]}" pan.out; then
    say "caught, breaks $promise: $*"
  else
    fail "not caught, should break $promise: $*"
  fi
}

# How Spin words the assertion of each promise.
declare -A PROMISES=(
  [units]='(accepted<=leased|available<=|available\+\(\(\(leased)'
  [terms]='heard<=terms'
  [sold_out]='left=='
  [answer]=' !\(lastAsked\)'
  [return]='terms==[23].*\|\|\(\(?available'
)

# Two at a time, the longest first.
names=()
run() {
  while [ "$(jobs -rp | wc -l)" -ge $JOBS_MAX ]; do wait -n || touch "$work/failed"; done
  "$@" &
  [ "$1" = breaks ] && names+=("$3") || names+=("$2")
}

# Two lanes, by what they try hard. Together they take every step of the model.
base=(failing selling closing late-payments two-wait two-units ahead pausing own-numbers ended)
closed="-DTERMS=2 -DCLOSES=1"
# A sale that is over, with two payments that may come late to one lane.
ended="$closed -DENDED -DUNITS=2 -DHOLDS=0 -DWAITING=2 -DLATE=2"
# shellcheck disable=SC2086 # several flags in one word, here and below
{
  run holds failing -DHOLDS=2 -DFAULTS=2 -DTELLING=0
  run holds selling -DHOLDS=2 -DFAULTS=1
  run holds closing $closed -DHOLDS=1 -DFAULTS=2 -DTELLING=0
  run holds late-payments $closed -DHOLDS=1 -DFAULTS=1 -DLATE=1 -DTELLING=0
  run holds two-wait -DHOLDS=3 -DFAULTS=0 -DWAITING=2
  run holds two-units -DUNITS=2 -DHOLDS=2 -DFAULTS=1 -DWAITING=2 -DTELLING=0
  run holds ahead -DHOLDS=2 -DFAULTS=0 -DAHEAD=1
  run holds pausing -DTERMS=3 -DCLOSES=1 -DHOLDS=1 -DFAULTS=1 -DTELLING=0
  run holds own-numbers -DHOLDS=2 -DFAULTS=0 -DQUESTIONS=4 -DRECALLS=4
  run holds ended $ended -DFAULTS=1
  # Three lanes, from the middle of a sale.
  run holds three-lanes -DLANES=3 -DUNITS=2 -DSTARTED -DHOLDS=1 -DFAULTS=0 -DTELLING=0
  run ends no-circles $closed -DHOLDS=1 -DFAULTS=1 -DTELLING=0
}

if [ "${DEEP:-}" = 1 ]; then
  # shellcheck disable=SC2086
  {
    run holds deep-numbers -DHOLDS=2 -DFAULTS=1 -DQUESTIONS=4 -DRECALLS=4
    run holds deep-late-payments $closed -DHOLDS=1 -DFAULTS=1 -DLATE=1
    run holds deep-pausing -DTERMS=3 -DHOLDS=1 -DFAULTS=1
    run holds deep-closing $closed -DHOLDS=1 -DFAULTS=2
    run holds deep-ahead -DHOLDS=2 -DFAULTS=1 -DAHEAD=1 -DTELLING=0
    run holds deep-lanes -DLANES=3 -DUNITS=2 -DSTARTED -DHOLDS=0 -DFAULTS=2 -DTELLING=0
  }
fi

# shellcheck disable=SC2086
{
  # What the four numbers and the versions are for.
  run breaks units BUG_RETURNED_IS_A_DIFFERENCE -DHOLDS=2 -DFAULTS=1
  run breaks units BUG_OLDER_REPORT -DHOLDS=2 -DFAULTS=1
  run breaks units BUG_GRANT_IS_A_DIFFERENCE -DHOLDS=2 -DFAULTS=1
  run breaks units BUG_ANSWER_BEFORE_DURABLE -DHOLDS=2 -DFAULTS=1 -DTELLING=0
  run breaks units BUG_RETURNED_IS_FORGOTTEN -DHOLDS=2 -DFAULTS=1 -DTELLING=0
  run breaks terms BUG_OLDER_TERMS $closed -DHOLDS=1 -DFAULTS=1
  # What brings the units of a closed pool home.
  run breaks return BUG_NO_ALARM $closed -DHOLDS=1 -DFAULTS=0
  run breaks return BUG_NO_TELLING $closed -DHOLDS=1 -DFAULTS=0
  run breaks return BUG_ALARM_FORGETS_FREE_UNITS $closed -DHOLDS=1 -DFAULTS=1 -DLATE=1
  # When `sold_out` and `gone` may be said, and when they must be.
  run breaks sold_out BUG_NO_RECALL -DHOLDS=2 -DFAULTS=0
  run breaks sold_out BUG_SILENCE_IS_AN_ANSWER -DHOLDS=2 -DFAULTS=1
  run breaks sold_out BUG_SHARES_THE_RECALL_UNDER_WAY -DHOLDS=3 -DFAULTS=0
  run breaks sold_out BUG_NO_LOOK_ELSEWHERE -DHOLDS=2 -DFAULTS=0
  run breaks sold_out BUG_RECALL_GOES_UNNOTICED -DHOLDS=3 -DFAULTS=0 -DWAITING=2
  run breaks sold_out BUG_DUE_HOLDS_STAY -DHOLDS=2 -DFAULTS=0
  run breaks sold_out BUG_LATE_HOLD_SHARES_THE_ANSWER -DHOLDS=3 -DFAULTS=0 -DWAITING=2
  run breaks sold_out BUG_GIVES_BACK_WHAT_WAS_GRANTED $ended -DFAULTS=0
  run breaks sold_out BUG_ONE_LOOK_IS_A_MOMENT -DSTRICT -DLANES=3 -DUNITS=2 -DSTARTED -DHOLDS=1 -DFAULTS=0 -DTELLING=0
  run breaks answer BUG_HELD_COUNTS_AS_FREE -DHOLDS=2 -DFAULTS=0
}
while [ -n "$(jobs -rp)" ]; do wait -n || touch "$work/failed"; done

for name in "${names[@]}"; do
  cat "$work/$name/line" || touch "$work/failed"
done

# The steps that a configuration never took. (No party ever comes to its end.)
unreached() {
  awk '/^unreached in/ { party = $NF } /^\tlease.pml:/ && !/"-end-"/ { print party, $0 }' "$work/$1/pan.out" | sort -u
}
# Steps are numbered alike in the configurations with two lanes: what none of them reaches is dead.
dead=$(for name in "${base[@]}"; do unreached "$name"; done | sort | uniq -c | awk -v all=${#base[@]} '$1 == all')
if [ -n "$dead" ]; then
  printf 'Steps that never happen:\n%s\n' "$dead"
  touch "$work/failed"
fi

if [ -e "$work/failed" ]; then
  echo "The model does not hold, or a fault was not caught."
  exit 1
fi

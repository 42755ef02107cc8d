#!/bin/bash
# Starts a private one-node Slurm on loopback, all of it below DIR; as root.
# Usage: slurm-up.sh DIR ; stop with: kill $(cat DIR/run/*.pid)
set -euo pipefail
D=$(realpath "$1"); mkdir -p "$D"/{etc,state,spool,log,run}
HOST=$(hostname -s); CPUS=$(nproc); MEM=$(awk '/MemTotal/{print int($2/1024*0.9)}' /proc/meminfo)
[ -f "$D/etc/munge.key" ] || { head -c 1024 /dev/urandom >"$D/etc/munge.key"; chmod 400 "$D/etc/munge.key"; }
cat >"$D/etc/slurm.conf" <<C
ClusterName=loop
SlurmctldHost=$HOST(127.0.0.1)
SlurmctldPort=17817
SlurmdPort=17818
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$D/run/munge.socket
CredType=cred/munge
StateSaveLocation=$D/state
SlurmdSpoolDir=$D/spool
SlurmctldPidFile=$D/run/slurmctld.pid
SlurmdPidFile=$D/run/slurmd.pid
SlurmctldLogFile=$D/log/slurmctld.log
SlurmdLogFile=$D/log/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=1,batch_sched_delay=0,sched_min_interval=0
MpiDefault=none
SwitchType=switch/none
ReturnToService=2
NodeName=$HOST NodeAddr=127.0.0.1 CPUs=$CPUS RealMemory=$MEM State=UNKNOWN
PartitionName=local Nodes=$HOST Default=YES MaxTime=INFINITE State=UP
C
munged --key-file="$D/etc/munge.key" --socket="$D/run/munge.socket" --pid-file="$D/run/munged.pid" --log-file="$D/log/munged.log" --seed-file="$D/state/munged.seed" --num-threads=2
export SLURM_CONF="$D/etc/slurm.conf"
slurmctld -f "$SLURM_CONF" -c
slurmd -f "$SLURM_CONF" -N "$HOST"
for _ in $(seq 20); do sinfo -h -o %t 2>/dev/null | grep -q idle && exit 0; sleep 0.5; done
echo "slurm did not come up; see $D/log" >&2; exit 1

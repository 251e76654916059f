/*
 * Our rules for kinds, by project: only where what holds for any kind would be
 * wrong. A path of these speaks before the conditions, so a list names only the
 * words that are surer than they: where "good" is missing the conditions may
 * still object.
 */
#include "kube/health_table.h"

/* clang-format off */
#define LIST(...)     (const char *const[]){ __VA_ARGS__ }
#define LENGTH(...)   (sizeof(LIST(__VA_ARGS__)) / sizeof(const char *))
#define GOOD(...)     .good = LIST(__VA_ARGS__), .n_good = LENGTH(__VA_ARGS__)
#define PROGRESS(...) .progressing = LIST(__VA_ARGS__), .n_progressing = LENGTH(__VA_ARGS__)
#define BAD(...)      .bad = LIST(__VA_ARGS__), .n_bad = LENGTH(__VA_ARGS__)

static const struct health_rule kinds[] = {
	/* Argo CD: what it found out itself. Its conditions have no status. */
	{ "applications.argoproj.io", .path = ".status.health.status",
	  GOOD("Healthy"), PROGRESS("Progressing", "Suspended"), BAD("Degraded", "Missing") },
	{ "applications.argoproj.io", .path = ".status.sync.status",
	  GOOD("Synced"), PROGRESS("OutOfSync", "Unknown") },
	/* Argo Rollouts: Healthy is False all through an update; Paused waits for somebody. */
	{ "rollouts.argoproj.io", .path = ".status.phase",
	  GOOD("Healthy"), PROGRESS("Progressing", "Paused"), BAD("Degraded", "Error") },
	{ "rollouts.argoproj.io", .condition = "Healthy", GOOD("True") },
	/* Runs: "Running" is not the end, and Completed is True of a failed one, too. */
	{ "analysisruns.argoproj.io", .path = ".status.phase", GOOD("Successful"),
	  PROGRESS("Pending", "Running"), BAD("Failed", "Error", "Inconclusive") },
	{ "experiments.argoproj.io", .path = ".status.phase", GOOD("Successful"),
	  PROGRESS("Pending", "Running"), BAD("Failed", "Error", "Inconclusive") },
	{ "workflows.argoproj.io", .path = ".status.phase", GOOD("Succeeded"),
	  PROGRESS("Pending", "Running"), BAD("Failed", "Error") },

	/* cert-manager's ACME: an order that is "ready" is not through. */
	{ "orders.acme.cert-manager.io", .path = ".status.state", GOOD("valid"),
	  PROGRESS("pending", "ready", "processing", "unknown"),
	  BAD("invalid", "expired", "errored") },
	{ "challenges.acme.cert-manager.io", .path = ".status.state", GOOD("valid"),
	  PROGRESS("pending", "ready", "processing", "unknown"),
	  BAD("invalid", "expired", "errored") },

	/* CloudNativePG: Ready is False in every phase but one. */
	{ "clusters.postgresql.cnpg.io", .path = ".status.phase",
	  PROGRESS("Setting up primary", "Creating a new replica", "Upgrading cluster",
		"Waiting for the instances to become active", "Failing over",
		"Switchover in progress", "Online upgrade in progress",
		"Applying configuration", "Promoting to primary cluster",
		"Primary instance is being restarted in-place",
		"Primary instance is being restarted without a switchover",
		"Waiting for user action", "Cluster upgrade delayed",
		"Upgrading Postgres major version"),
	  BAD("Cluster is unrecoverable and needs manual intervention",
		"Not enough disk space", "Unable to create required cluster objects",
		"Cluster has incomplete or invalid image catalog", "Invalid cluster definition",
		"Cluster is in an unrecoverable state, needs manual intervention",
		"Cluster cannot proceed to reconciliation due to an unknown plugin being required",
		"Cluster cannot proceed to reconciliation due to an error while interacting with "
		"plugins",
		"Cluster cannot execute instance online upgrade due to missing architecture "
		"binary") },
	{ "clusters.postgresql.cnpg.io", .condition = "ContinuousArchiving",
	  GOOD("True"), BAD("False") },
	{ "clusters.postgresql.cnpg.io", .condition = "LastBackupSucceeded",
	  GOOD("True"), BAD("False") },
	{ "backups.postgresql.cnpg.io", .path = ".status.phase", GOOD("completed"),
	  PROGRESS("pending", "started", "running", "finalizing"),
	  BAD("failed", "walArchivingFailing") },

	/* Cluster API. Its summaries (Ready, Available) hold for the rest. */
	{ "*.cluster.x-k8s.io", .condition = "HealthCheckSucceeded", GOOD("True"), BAD("False") },
	{ "*.cluster.x-k8s.io", .condition = "RemediationAllowed", GOOD("True"), BAD("False") },

	/* ECK */
	{ "*.k8s.elastic.co", .path = ".status.health", PROGRESS("yellow"), BAD("red") },
	{ "*.k8s.elastic.co", .path = ".status.phase",
	  PROGRESS("ApplyingChanges", "MigratingData"), BAD("Invalid", "Failed") },

	/* Karpenter: Drifted, Consolidatable and the like are no faults. */
	{ "nodepools.karpenter.sh", .condition = "ValidationSucceeded",
	  GOOD("True"), PROGRESS("Unknown"), BAD("False") },
	{ "nodepools.karpenter.sh", .condition = "NodeClassReady",
	  GOOD("True"), PROGRESS("Unknown"), BAD("False") },

	/* KEDA: Active and Paused are no faults either way. */
	{ "*.keda.sh", .condition = "Fallback", BAD("True") },

	/* KubeVirt: a machine that was stopped is not Ready, and well. */
	{ "virtualmachines.kubevirt.io", .path = ".status.printableStatus",
	  GOOD("Running", "Stopped"),
	  PROGRESS("Starting", "Stopping", "Provisioning", "Migrating", "Paused", "Terminating",
		"WaitingForVolumeBinding", "WaitingForReceiver"),
	  BAD("CrashLoopBackOff", "ErrorUnschedulable", "ErrImagePull", "ImagePullBackOff",
		"ErrorPvcNotFound", "ErrorDataVolumeNotFound", "DataVolumeError", "Unknown") },
	{ "datavolumes.cdi.kubevirt.io", .path = ".status.phase", GOOD("Succeeded"),
	  PROGRESS("Pending", "PVCBound", "ImportScheduled", "ImportInProgress",
		"CloneScheduled", "CloneInProgress", "UploadScheduled", "UploadReady",
		"WaitForFirstConsumer", "PendingPopulation", "Paused"),
	  BAD("Failed") },

	/* Longhorn: a detached volume's robustness is unknown, and nothing is wrong. */
	{ "volumes.longhorn.io", .path = ".status.robustness", PROGRESS("degraded"),
	  BAD("faulted") },
	{ "volumes.longhorn.io", .path = ".status.state", GOOD("detached"),
	  PROGRESS("creating", "attaching", "detaching", "deleting") },
	{ "volumes.longhorn.io", .condition = "Scheduled", GOOD("True"), BAD("False") },
	{ "volumes.longhorn.io", .condition = "TooManySnapshots", BAD("True") },
	{ "engines.longhorn.io", .path = ".status.currentState", GOOD("running", "stopped"),
	  PROGRESS("starting", "stopping"), BAD("error", "unknown") },
	{ "replicas.longhorn.io", .path = ".status.currentState", GOOD("running", "stopped"),
	  PROGRESS("starting", "stopping"), BAD("error", "unknown") },

	/* MetalLB's and frr-k8s' own reports */
	{ "*.metallb.io", .path = ".status.result", GOOD("Valid"), BAD("Invalid") },

	/* Prometheus operator: Available may be Degraded, too. */
	{ "*.monitoring.coreos.com", .condition = "Available", GOOD("True"), PROGRESS("Unknown"),
	  BAD("False", "Degraded") },

	/* Rook: the cluster's own word besides the operator's conditions */
	{ "cephclusters.ceph.rook.io", .path = ".status.ceph.health", PROGRESS("HEALTH_WARN"),
	  BAD("HEALTH_ERR") },

	/* Snapshots have neither conditions nor phase. */
	{ "volumesnapshots.snapshot.storage.k8s.io", .path = ".status.readyToUse", GOOD("true"),
	  PROGRESS("false") },
	{ "volumesnapshotcontents.snapshot.storage.k8s.io", .path = ".status.readyToUse",
	  GOOD("true"), PROGRESS("false") },

	/* Spark */
	{ "sparkapplications.sparkoperator.k8s.io", .path = ".status.applicationState.state",
	  GOOD("COMPLETED"),
	  PROGRESS("SUBMITTED", "RUNNING", "SUCCEEDING", "PENDING_RERUN", "INVALIDATING"),
	  BAD("FAILED", "FAILING", "SUBMISSION_FAILED", "UNKNOWN") },

	/* Strimzi: a rebalance walks through conditions, of which one is True at a time. */
	{ "kafkarebalances.kafka.strimzi.io", .condition = "New", PROGRESS("True") },
	{ "kafkarebalances.kafka.strimzi.io", .condition = "PendingProposal", PROGRESS("True") },
	{ "kafkarebalances.kafka.strimzi.io", .condition = "ProposalReady", PROGRESS("True") },
	{ "kafkarebalances.kafka.strimzi.io", .condition = "Rebalancing", PROGRESS("True") },
	{ "kafkarebalances.kafka.strimzi.io", .condition = "Stopped", PROGRESS("True") },
	{ "kafkaconnectors.kafka.strimzi.io",
	  .path = ".status.connectorStatus.connector.state", PROGRESS("PAUSED", "RESTARTING"),
	  BAD("FAILED") },

	/* Zalando's postgres-operator */
	{ "postgresqls.acid.zalan.do", .path = ".status.PostgresClusterStatus", GOOD("Running"),
	  PROGRESS("Creating", "Updating"),
	  BAD("CreateFailed", "UpdateFailed", "SyncFailed", "Invalid") },

	/* Istio's operator */
	{ "istiooperators.install.istio.io", .path = ".status.status", GOOD("HEALTHY"),
	  PROGRESS("RECONCILING", "UPDATING"), BAD("ERROR", "ACTION_REQUIRED") },
};
/* clang-format on */

const struct health_rule *health_table_kinds(size_t *ret_n)
{
	*ret_n = sizeof(kinds) / sizeof(kinds[0]);
	return kinds;
}

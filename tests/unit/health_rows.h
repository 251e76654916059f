/*
 * Statuses as projects document them, and what they come to: data of test_health.
 */
#ifndef TESTS_UNIT_HEALTH_ROWS_H
#define TESTS_UNIT_HEALTH_ROWS_H

#include "kube/health.h"

struct health_row {
	const char *what;
	const char *kind;
	const char *status; /* its members */
	enum health health;
	const char *field;
};

/* clang-format off */
#define C(type, status)          "{\"type\":\"" type "\",\"status\":\"" status "\"}"
#define R(type, status, reason) \
	"{\"type\":\"" type "\",\"status\":\"" status "\",\"reason\":\"" reason "\"}"
#define S(type, status, sev) \
	"{\"type\":\"" type "\",\"status\":\"" status "\",\"severity\":\"" sev "\"}"
#define CS(list)                 "\"conditions\":[" list "]"

static const struct health_row projects[] = {
	{ "cert-manager: Certificate issued", "certificates.cert-manager.io",
	  CS(R("Ready", "True", "Ready")), HEALTH_OK, "Ready" },
	{ "cert-manager: Certificate without its secret, nobody at work",
	  "certificates.cert-manager.io",
	  CS(R("Ready", "False", "DoesNotExist")), HEALTH_BAD, "Ready" },
	{ "cert-manager: Certificate being issued", "certificates.cert-manager.io",
	  CS(R("Ready", "False", "DoesNotExist") "," R("Issuing", "True", "DoesNotExist")),
	  HEALTH_PROGRESSING, "Issuing" },
	{ "cert-manager: Certificate whose issuance failed", "certificates.cert-manager.io",
	  CS(R("Ready", "False", "Expired") "," R("Issuing", "False", "Failed")),
	  HEALTH_BAD, "Ready" },
	{ "cert-manager: CertificateRequest approved, waits", "certificaterequests.cert-manager.io",
	  CS(C("Approved", "True") "," R("Ready", "False", "Pending")),
	  HEALTH_PROGRESSING, "Ready" },
	{ "cert-manager: CertificateRequest denied", "certificaterequests.cert-manager.io",
	  CS(C("Denied", "True") "," R("Ready", "False", "Denied")), HEALTH_BAD, "Denied" },
	{ "cert-manager: CertificateRequest issued", "certificaterequests.cert-manager.io",
	  CS(C("Approved", "True") "," R("Ready", "True", "Issued")), HEALTH_OK, "Ready" },
	{ "cert-manager: Order ready to be finalised", "orders.acme.cert-manager.io",
	  "\"state\":\"ready\"", HEALTH_PROGRESSING, "state" },
	{ "cert-manager: Challenge invalid", "challenges.acme.cert-manager.io",
	  "\"state\":\"invalid\",\"presented\":true", HEALTH_BAD, "state" },
	{ "cert-manager: Issuer cannot register", "issuers.cert-manager.io",
	  CS(R("Ready", "False", "ErrRegisterACMEAccount")), HEALTH_BAD, "Ready" },

	{ "Gateway API: Gateway programmed", "gateways.gateway.networking.k8s.io",
	  CS(C("Accepted", "True") "," C("Programmed", "True"))
	  ",\"listeners\":[{\"name\":\"https\"," CS(C("Accepted", "True") ","
	  C("Conflicted", "False") "," C("ResolvedRefs", "True")) "}]", HEALTH_OK, "Programmed" },
	{ "Gateway API: listeners conflict", "gateways.gateway.networking.k8s.io",
	  CS(C("Accepted", "True") "," C("Programmed", "True"))
	  ",\"listeners\":[{\"name\":\"https\"," CS(R("Conflicted", "True", "HostnameConflict"))
	  "}]", HEALTH_BAD, "Conflicted" },
	{ "Gateway API: a listener's certificate is missing", "gateways.gateway.networking.k8s.io",
	  CS(C("Accepted", "True") "," C("Programmed", "True"))
	  ",\"listeners\":[{\"name\":\"https\","
	  CS(R("ResolvedRefs", "False", "InvalidCertificateRef")) "}]",
	  HEALTH_BAD, "ResolvedRefs" },
	{ "Gateway API: Gateway without an address yet", "gateways.gateway.networking.k8s.io",
	  CS(C("Accepted", "True") "," R("Programmed", "Unknown", "Pending")),
	  HEALTH_PROGRESSING, "Programmed" },
	{ "Gateway API: route refused by one parent", "httproutes.gateway.networking.k8s.io",
	  "\"parents\":[{" CS(C("Accepted", "True")) "},{"
	  CS(R("Accepted", "False", "NotAllowedByListeners")) "}]", HEALTH_BAD, "Accepted" },
	{ "Gateway API: route dropped in part", "httproutes.gateway.networking.k8s.io",
	  "\"parents\":[{" CS(C("Accepted", "True") "," C("PartiallyInvalid", "True")) "}]",
	  HEALTH_BAD, "PartiallyInvalid" },
	{ "Gateway API: policy not accepted by its ancestor",
	  "backendtlspolicies.gateway.networking.k8s.io",
	  "\"ancestors\":[{" CS(R("Accepted", "False", "Conflicted")) "}]",
	  HEALTH_BAD, "Accepted" },
	{ "Gateway API: class without controller", "gatewayclasses.gateway.networking.k8s.io",
	  CS(R("Accepted", "Unknown", "Pending")), HEALTH_PROGRESSING, "Accepted" },

	{ "Argo CD: well and in sync", "applications.argoproj.io",
	  "\"health\":{\"status\":\"Healthy\"},\"sync\":{\"status\":\"Synced\"}",
	  HEALTH_OK, "health.status" },
	{ "Argo CD: well, out of sync", "applications.argoproj.io",
	  "\"health\":{\"status\":\"Healthy\"},\"sync\":{\"status\":\"OutOfSync\"}",
	  HEALTH_PROGRESSING, "sync.status" },
	{ "Argo CD: degraded", "applications.argoproj.io",
	  "\"health\":{\"status\":\"Degraded\"},\"sync\":{\"status\":\"Synced\"}",
	  HEALTH_BAD, "health.status" },
	{ "Argo CD: suspended", "applications.argoproj.io",
	  "\"health\":{\"status\":\"Suspended\"},\"sync\":{\"status\":\"Synced\"}",
	  HEALTH_PROGRESSING, "health.status" },
	{ "Argo CD: ApplicationSet with a broken generator", "applicationsets.argoproj.io",
	  CS(C("ErrorOccurred", "True") "," C("ResourcesUpToDate", "False")),
	  HEALTH_BAD, "ErrorOccurred" },

	{ "Argo Rollouts: paused at a step", "rollouts.argoproj.io",
	  "\"phase\":\"Paused\"," CS(C("Available", "True") "," C("Paused", "True") ","
	  C("Healthy", "False")), HEALTH_PROGRESSING, "phase" },
	{ "Argo Rollouts: updating", "rollouts.argoproj.io",
	  "\"phase\":\"Progressing\"," CS(C("Available", "True") "," C("Healthy", "False") ","
	  R("Progressing", "True", "ReplicaSetUpdated")), HEALTH_PROGRESSING, "phase" },
	{ "Argo Rollouts: through", "rollouts.argoproj.io",
	  "\"phase\":\"Healthy\"," CS(C("Available", "True") ","
	  R("Progressing", "True", "NewReplicaSetAvailable")), HEALTH_OK, "phase" },
	{ "Argo Rollouts: aborted", "rollouts.argoproj.io",
	  "\"phase\":\"Degraded\"," CS(R("Progressing", "False", "RolloutAborted")),
	  HEALTH_BAD, "phase" },
	{ "Argo Rollouts: analysis not conclusive", "analysisruns.argoproj.io",
	  "\"phase\":\"Inconclusive\"", HEALTH_BAD, "phase" },
	{ "Argo Workflows: running", "workflows.argoproj.io",
	  "\"phase\":\"Running\"," CS(C("PodRunning", "True") "," C("Completed", "False")),
	  HEALTH_PROGRESSING, "phase" },
	{ "Argo Workflows: failed, and so completed", "workflows.argoproj.io",
	  "\"phase\":\"Failed\"," CS(C("Completed", "True")), HEALTH_BAD, "phase" },
	{ "Argo Workflows: schedule that does not parse", "cronworkflows.argoproj.io",
	  CS(C("SpecError", "True")), HEALTH_BAD, "SpecError" },

	{ "Flux: reconciled", "kustomizations.kustomize.toolkit.fluxcd.io",
	  CS(R("Ready", "True", "ReconciliationSucceeded")), HEALTH_OK, "Ready" },
	{ "Flux: at work", "kustomizations.kustomize.toolkit.fluxcd.io",
	  CS(R("Ready", "Unknown", "Progressing") "," R("Reconciling", "True", "Progressing")),
	  HEALTH_PROGRESSING, "Reconciling" },
	{ "Flux: waits for another", "kustomizations.kustomize.toolkit.fluxcd.io",
	  CS(R("Ready", "False", "DependencyNotReady")), HEALTH_PROGRESSING, "Ready" },
	{ "Flux: build failed", "kustomizations.kustomize.toolkit.fluxcd.io",
	  CS(R("Ready", "False", "BuildFailed")), HEALTH_BAD, "Ready" },
	{ "Flux: stalled", "helmreleases.helm.toolkit.fluxcd.io",
	  CS(R("Ready", "False", "UpgradeFailed") "," R("Stalled", "True", "RetriesExceeded")
	  "," C("Released", "False")), HEALTH_BAD, "Stalled" },
	{ "Flux: source that cannot be fetched", "gitrepositories.source.toolkit.fluxcd.io",
	  CS(C("FetchFailed", "True") "," R("Ready", "False", "GitOperationFailed")),
	  HEALTH_BAD, "FetchFailed" },

	{ "Crossplane: being created", "buckets.s3.aws.upbound.io",
	  CS(R("Synced", "True", "ReconcileSuccess") "," R("Ready", "False", "Creating")),
	  HEALTH_PROGRESSING, "Ready" },
	{ "Crossplane: cannot be reconciled", "buckets.s3.aws.upbound.io",
	  CS(R("Synced", "False", "ReconcileError") "," R("Ready", "False", "Creating")),
	  HEALTH_BAD, "Synced" },
	{ "Crossplane: there", "buckets.s3.aws.upbound.io",
	  CS(R("Synced", "True", "ReconcileSuccess") "," R("Ready", "True", "Available")),
	  HEALTH_OK, "Ready" },
	{ "Crossplane: provider not healthy", "providers.pkg.crossplane.io",
	  CS(R("Installed", "True", "ActivePackageRevision") ","
	  R("Healthy", "False", "UnhealthyPackageRevision")), HEALTH_BAD, "Healthy" },

	{ "Cluster API v1beta1: waits for infrastructure", "machines.cluster.x-k8s.io",
	  "\"phase\":\"Provisioning\"," CS(S("Ready", "False", "Info") ","
	  S("InfrastructureReady", "False", "Info")), HEALTH_PROGRESSING, "Ready" },
	{ "Cluster API v1beta1: error", "machines.cluster.x-k8s.io",
	  "\"phase\":\"Failed\"," CS(S("Ready", "False", "Error")), HEALTH_BAD, "Ready" },
	{ "Cluster API v1beta2: scaling up", "machinedeployments.cluster.x-k8s.io",
	  CS(C("Available", "True") "," C("ScalingUp", "True") "," C("ScalingDown", "False") ","
	  C("Deleting", "False")), HEALTH_PROGRESSING, "ScalingUp" },
	{ "Cluster API v1beta2: available", "clusters.cluster.x-k8s.io",
	  CS(C("Available", "True") "," C("RollingOut", "False") "," C("Remediating", "False")
	  "," C("Paused", "False")), HEALTH_OK, "Available" },
	{ "Cluster API v1beta2: health check failed", "machines.cluster.x-k8s.io",
	  CS(C("Available", "True") "," C("HealthCheckSucceeded", "False")),
	  HEALTH_BAD, "HealthCheckSucceeded" },
	{ "Cluster API: control plane degraded",
	  "kubeadmcontrolplanes.controlplane.cluster.x-k8s.io",
	  CS(C("Available", "True") "," C("EtcdDegraded", "True")), HEALTH_BAD, "EtcdDegraded" },

	{ "Strimzi: Kafka being created", "kafkas.kafka.strimzi.io",
	  CS(R("NotReady", "True", "Creating")), HEALTH_PROGRESSING, "NotReady" },
	{ "Strimzi: Kafka failed", "kafkas.kafka.strimzi.io",
	  CS(R("NotReady", "True", "FatalProblem")), HEALTH_BAD, "NotReady" },
	{ "Strimzi: ready with a warning", "kafkas.kafka.strimzi.io",
	  CS(C("Ready", "True") "," R("Warning", "True", "KafkaStorage")), HEALTH_OK, "Ready" },
	{ "Strimzi: rebalance waits for approval", "kafkarebalances.kafka.strimzi.io",
	  CS(C("ProposalReady", "True")), HEALTH_PROGRESSING, "ProposalReady" },
	{ "Strimzi: connector failed in a worker", "kafkaconnectors.kafka.strimzi.io",
	  CS(C("Ready", "True")) ",\"connectorStatus\":{\"connector\":{\"state\":\"FAILED\"}}",
	  HEALTH_BAD, "connectorStatus.connector.state" },

	{ "KEDA: idle", "scaledobjects.keda.sh",
	  CS(C("Ready", "True") "," C("Active", "False") "," C("Fallback", "False") ","
	  C("Paused", "Unknown")), HEALTH_OK, "Ready" },
	{ "KEDA: paused", "scaledobjects.keda.sh",
	  CS(C("Ready", "True") "," C("Active", "False") "," C("Paused", "True")),
	  HEALTH_OK, "Ready" },
	{ "KEDA: fallback", "scaledobjects.keda.sh",
	  CS(C("Ready", "True") "," C("Active", "True") "," C("Fallback", "True")),
	  HEALTH_BAD, "Fallback" },
	{ "KEDA: trigger cannot be read", "scaledobjects.keda.sh",
	  CS(R("Ready", "False", "ScaledObjectCheckFailed")), HEALTH_BAD, "Ready" },

	{ "Prometheus operator: degraded", "prometheuses.monitoring.coreos.com",
	  CS(R("Available", "Degraded", "SomePodsNotReady") "," C("Reconciled", "True")),
	  HEALTH_BAD, "Available" },
	{ "Prometheus operator: running", "prometheuses.monitoring.coreos.com",
	  CS(C("Available", "True") "," C("Reconciled", "True")), HEALTH_OK, "Available" },
	{ "Prometheus operator: configuration refused", "alertmanagers.monitoring.coreos.com",
	  CS(C("Available", "True") "," R("Reconciled", "False", "ReconciliationFailed")),
	  HEALTH_BAD, "Reconciled" },

	{ "Knative: revision scaled to nothing", "revisions.serving.knative.dev",
	  CS(S("Active", "False", "Info") "," C("Ready", "True")), HEALTH_OK, "Ready" },
	{ "Knative: service being deployed", "services.serving.knative.dev",
	  CS(C("ConfigurationsReady", "Unknown") "," C("Ready", "Unknown") ","
	  C("RoutesReady", "Unknown")), HEALTH_PROGRESSING, "Ready" },
	{ "Knative: image missing", "services.serving.knative.dev",
	  CS(R("ConfigurationsReady", "False", "RevisionFailed") ","
	  R("Ready", "False", "RevisionFailed")), HEALTH_BAD, "Ready" },
	{ "Knative: something that only informs is False", "brokers.eventing.knative.dev",
	  CS(S("Healthy", "False", "Info") "," C("Ready", "True")), HEALTH_OK, "Ready" },

	{ "Tekton: running", "pipelineruns.tekton.dev",
	  CS(R("Succeeded", "Unknown", "Running")), HEALTH_PROGRESSING, "Succeeded" },
	{ "Tekton: failed", "pipelineruns.tekton.dev",
	  CS(R("Succeeded", "False", "Failed")), HEALTH_BAD, "Succeeded" },
	{ "Tekton: done", "taskruns.tekton.dev",
	  CS(R("Succeeded", "True", "Succeeded")), HEALTH_OK, "Succeeded" },

	{ "external-secrets: synced", "externalsecrets.external-secrets.io",
	  CS(R("Ready", "True", "SecretSynced")), HEALTH_OK, "Ready" },
	{ "external-secrets: not found", "externalsecrets.external-secrets.io",
	  CS(R("Ready", "False", "SecretSyncedError")), HEALTH_BAD, "Ready" },
	{ "external-secrets: store invalid", "secretstores.external-secrets.io",
	  CS(R("Ready", "False", "InvalidProviderConfig")), HEALTH_BAD, "Ready" },

	{ "Velero: backup waits for plugins", "backups.velero.io",
	  "\"phase\":\"WaitingForPluginOperations\"", HEALTH_PROGRESSING, "phase" },
	{ "Velero: backup with errors", "backups.velero.io",
	  "\"phase\":\"PartiallyFailed\",\"errors\":3", HEALTH_BAD, "phase" },
	{ "Velero: with errors, being finished", "backups.velero.io",
	  "\"phase\":\"FinalizingPartiallyFailed\"", HEALTH_BAD, "phase" },
	{ "Velero: backup done", "backups.velero.io",
	  "\"phase\":\"Completed\"", HEALTH_OK, "phase" },
	{ "Velero: location out of reach", "backupstoragelocations.velero.io",
	  "\"phase\":\"Unavailable\"", HEALTH_BAD, "phase" },

	{ "ECK: green", "elasticsearches.elasticsearch.k8s.elastic.co",
	  "\"health\":\"green\",\"phase\":\"Ready\"," CS(C("ReconciliationComplete", "True")),
	  HEALTH_OK, "phase" },
	{ "ECK: changes being applied", "elasticsearches.elasticsearch.k8s.elastic.co",
	  "\"health\":\"green\",\"phase\":\"ApplyingChanges\"", HEALTH_PROGRESSING, "phase" },
	{ "ECK: red", "elasticsearches.elasticsearch.k8s.elastic.co",
	  "\"health\":\"red\",\"phase\":\"Ready\"", HEALTH_BAD, "health" },
	{ "ECK: refused", "kibanas.kibana.k8s.elastic.co",
	  "\"phase\":\"Invalid\"", HEALTH_BAD, "phase" },

	{ "CloudNativePG: well", "clusters.postgresql.cnpg.io",
	  "\"phase\":\"Cluster in healthy state\"," CS(C("Ready", "True") ","
	  C("ContinuousArchiving", "True")), HEALTH_OK, "Ready" },
	{ "CloudNativePG: failing over", "clusters.postgresql.cnpg.io",
	  "\"phase\":\"Failing over\"," CS(R("Ready", "False", "ClusterIsNotReady")),
	  HEALTH_PROGRESSING, "phase" },
	{ "CloudNativePG: archiving fails", "clusters.postgresql.cnpg.io",
	  "\"phase\":\"Cluster in healthy state\"," CS(C("Ready", "True") ","
	  C("ContinuousArchiving", "False")), HEALTH_BAD, "ContinuousArchiving" },
	{ "CloudNativePG: out of disk", "clusters.postgresql.cnpg.io",
	  "\"phase\":\"Not enough disk space\"," CS(C("Ready", "False")), HEALTH_BAD, "phase" },
	{ "CloudNativePG: backup running", "backups.postgresql.cnpg.io",
	  "\"phase\":\"running\"", HEALTH_PROGRESSING, "phase" },

	{ "Rook: well", "cephclusters.ceph.rook.io",
	  "\"phase\":\"Ready\",\"state\":\"Created\",\"ceph\":{\"health\":\"HEALTH_OK\"},"
	  CS(C("Ready", "True")), HEALTH_OK, "Ready" },
	{ "Rook: Ceph warns", "cephclusters.ceph.rook.io",
	  "\"phase\":\"Ready\",\"ceph\":{\"health\":\"HEALTH_WARN\"}," CS(C("Ready", "True")),
	  HEALTH_PROGRESSING, "ceph.health" },
	{ "Rook: Ceph is in error", "cephclusters.ceph.rook.io",
	  "\"phase\":\"Ready\",\"ceph\":{\"health\":\"HEALTH_ERR\"}," CS(C("Ready", "True")),
	  HEALTH_BAD, "ceph.health" },
	{ "Rook: pool failed", "cephblockpools.ceph.rook.io",
	  "\"phase\":\"ReconcileFailed\"", HEALTH_BAD, "phase" },

	{ "Istio: reconciled", "virtualservices.networking.istio.io",
	  CS(C("Reconciled", "True")), HEALTH_OK, "Reconciled" },
	{ "Istio: analysis found errors", "virtualservices.networking.istio.io",
	  CS(C("Reconciled", "True") "," C("PassedAnalysis", "False")),
	  HEALTH_BAD, "PassedAnalysis" },
	{ "Istio: operator at work", "istiooperators.install.istio.io",
	  "\"status\":\"RECONCILING\"", HEALTH_PROGRESSING, "status" },

	{ "Karpenter: claim registering", "nodeclaims.karpenter.sh",
	  CS(C("Launched", "True") "," C("Registered", "Unknown") "," C("Ready", "Unknown")),
	  HEALTH_PROGRESSING, "Ready" },
	{ "Karpenter: drifted is no fault", "nodeclaims.karpenter.sh",
	  CS(C("Ready", "True") "," C("Drifted", "True") "," C("Consolidatable", "True")),
	  HEALTH_OK, "Ready" },
	{ "Karpenter: pool without its class", "nodepools.karpenter.sh",
	  CS(C("NodeClassReady", "False") "," C("ValidationSucceeded", "True")),
	  HEALTH_BAD, "NodeClassReady" },

	{ "Kyverno: policy ready", "clusterpolicies.kyverno.io",
	  CS(R("Ready", "True", "Succeeded")), HEALTH_OK, "Ready" },
	{ "Kyverno: policy not ready", "clusterpolicies.kyverno.io",
	  CS(R("Ready", "False", "Failed")), HEALTH_BAD, "Ready" },
	{ "Kyverno: update to be done", "updaterequests.kyverno.io",
	  "\"state\":\"Pending\"", HEALTH_PROGRESSING, "state" },

	{ "OLM: installing", "clusterserviceversions.operators.coreos.com",
	  "\"phase\":\"InstallReady\","
	  CS("{\"phase\":\"Pending\"},{\"phase\":\"InstallReady\"}"), HEALTH_PROGRESSING, "phase" },
	{ "OLM: installed", "clusterserviceversions.operators.coreos.com",
	  "\"phase\":\"Succeeded\"", HEALTH_OK, "phase" },
	{ "OLM: failed", "clusterserviceversions.operators.coreos.com",
	  "\"phase\":\"Failed\"", HEALTH_BAD, "phase" },
	{ "OLM: upgrade waits for approval", "subscriptions.operators.coreos.com",
	  "\"state\":\"UpgradePending\"," CS(R("InstallPlanPending", "True", "RequiresApproval")
	  "," C("CatalogSourcesUnhealthy", "False")), HEALTH_PROGRESSING, "InstallPlanPending" },
	{ "OLM: cannot be resolved", "subscriptions.operators.coreos.com",
	  CS(R("ResolutionFailed", "True", "ConstraintsNotSatisfiable")),
	  HEALTH_BAD, "ResolutionFailed" },
	{ "OLM v1: progressing for good", "clusterextensions.olm.operatorframework.io",
	  CS(C("Installed", "True") "," R("Progressing", "True", "Succeeded")),
	  HEALTH_OK, "Installed" },

	{ "Longhorn: detached", "volumes.longhorn.io",
	  "\"state\":\"detached\",\"robustness\":\"unknown\"," CS(C("Scheduled", "True") ","
	  C("Restore", "False")), HEALTH_OK, "state" },
	{ "Longhorn: degraded", "volumes.longhorn.io",
	  "\"state\":\"attached\",\"robustness\":\"degraded\"," CS(C("Scheduled", "True")),
	  HEALTH_PROGRESSING, "robustness" },
	{ "Longhorn: faulted", "volumes.longhorn.io",
	  "\"state\":\"detached\",\"robustness\":\"faulted\"", HEALTH_BAD, "robustness" },
	{ "Longhorn: no place for a replica", "volumes.longhorn.io",
	  "\"state\":\"attached\",\"robustness\":\"healthy\","
	  CS(R("Scheduled", "False", "ReplicaSchedulingFailure")), HEALTH_BAD, "Scheduled" },
	{ "Longhorn: backup target away", "backuptargets.longhorn.io",
	  CS(C("Unavailable", "True")), HEALTH_BAD, "Unavailable" },

	{ "MetalLB: a pool tells nothing", "ipaddresspools.metallb.io",
	  "\"availableIPv4\":3,\"assignedIPv4\":1", HEALTH_UNKNOWN, "" },
	{ "MetalLB: configuration refused", "configurationstates.metallb.io",
	  "\"result\":\"Invalid\"", HEALTH_BAD, "result" },

	{ "KubeVirt: stopped on purpose", "virtualmachines.kubevirt.io",
	  "\"printableStatus\":\"Stopped\"," CS(R("Ready", "False", "VMINotExists")),
	  HEALTH_OK, "printableStatus" },
	{ "KubeVirt: no node for it", "virtualmachines.kubevirt.io",
	  "\"printableStatus\":\"ErrorUnschedulable\"," CS(C("Ready", "False")),
	  HEALTH_BAD, "printableStatus" },
	{ "CDI: import under way", "datavolumes.cdi.kubevirt.io",
	  "\"phase\":\"ImportInProgress\"," CS(C("Ready", "False") "," C("Running", "True")),
	  HEALTH_PROGRESSING, "phase" },
	{ "Snapshots: to be taken", "volumesnapshots.snapshot.storage.k8s.io",
	  "\"readyToUse\":false", HEALTH_PROGRESSING, "readyToUse" },
	{ "Spark: submission failed", "sparkapplications.sparkoperator.k8s.io",
	  "\"applicationState\":{\"state\":\"SUBMISSION_FAILED\"}",
	  HEALTH_BAD, "applicationState.state" },
	{ "Zalando Postgres: running", "postgresqls.acid.zalan.do",
	  "\"PostgresClusterStatus\":\"Running\"", HEALTH_OK, "PostgresClusterStatus" },
	{ "OpenShift: operator degraded", "clusteroperators.config.openshift.io",
	  CS(C("Available", "True") "," C("Progressing", "False") "," C("Degraded", "True")),
	  HEALTH_BAD, "Degraded" },
	{ "Deployment-like: deadline passed", "clonesets.apps.kruise.io",
	  CS(C("Available", "True") "," R("Progressing", "False", "ProgressDeadlineExceeded")),
	  HEALTH_BAD, "Progressing" },
};
/* clang-format on */

#endif

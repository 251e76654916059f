/*
 * Statuses as projects document them, and what they come to: data of test_health.
 * X(what, kind, status, health, field)
 */
/* clang-format off */
#define C(type, status)          "{\"type\":\"" type "\",\"status\":\"" status "\"}"
#define R(type, status, reason) \
	"{\"type\":\"" type "\",\"status\":\"" status "\",\"reason\":\"" reason "\"}"
#define S(type, status, sev) \
	"{\"type\":\"" type "\",\"status\":\"" status "\",\"severity\":\"" sev "\"}"
#define CS(list)                 "\"conditions\":[" list "]"

#define HEALTH_ROWS(X) \
X("cert-manager: Certificate issued", "certificates.cert-manager.io", \
  CS(R("Ready", "True", "Ready")), OK, "Ready") \
X("cert-manager: Certificate without its secret, nobody at work", "certificates.cert-manager.io", \
  CS(R("Ready", "False", "DoesNotExist")), BAD, "Ready") \
X("cert-manager: Certificate being issued", "certificates.cert-manager.io", \
  CS(R("Ready", "False", "DoesNotExist") "," R("Issuing", "True", "DoesNotExist")), PROGRESSING, \
  "Issuing") \
X("cert-manager: Certificate whose issuance failed", "certificates.cert-manager.io", \
  CS(R("Ready", "False", "Expired") "," R("Issuing", "False", "Failed")), BAD, "Ready") \
X("cert-manager: CertificateRequest approved, waits", "certificaterequests.cert-manager.io", \
  CS(C("Approved", "True") "," R("Ready", "False", "Pending")), PROGRESSING, "Ready") \
X("cert-manager: CertificateRequest denied", "certificaterequests.cert-manager.io", \
  CS(C("Denied", "True") "," R("Ready", "False", "Denied")), BAD, "Denied") \
X("cert-manager: CertificateRequest issued", "certificaterequests.cert-manager.io", \
  CS(C("Approved", "True") "," R("Ready", "True", "Issued")), OK, "Ready") \
X("cert-manager: Order ready to be finalised", "orders.acme.cert-manager.io", \
  "\"state\":\"ready\"", PROGRESSING, "state") \
X("cert-manager: Challenge invalid", "challenges.acme.cert-manager.io", \
  "\"state\":\"invalid\",\"presented\":true", BAD, "state") \
X("cert-manager: Issuer cannot register", "issuers.cert-manager.io", \
  CS(R("Ready", "False", "ErrRegisterACMEAccount")), BAD, "Ready") \
 \
X("Gateway API: Gateway programmed", "gateways.gateway.networking.k8s.io", \
  CS(C("Accepted", "True") "," C("Programmed", "True")) ",\"listeners\":[{\"name\":\"https\"," \
  CS(C("Accepted", "True") "," C("Conflicted", "False") "," C("ResolvedRefs", "True")) "}]", OK, \
  "Programmed") \
X("Gateway API: listeners conflict", "gateways.gateway.networking.k8s.io", \
  CS(C("Accepted", "True") "," C("Programmed", "True")) ",\"listeners\":[{\"name\":\"https\"," \
  CS(R("Conflicted", "True", "HostnameConflict")) "}]", BAD, "Conflicted") \
X("Gateway API: a listener's certificate is missing", "gateways.gateway.networking.k8s.io", \
  CS(C("Accepted", "True") "," C("Programmed", "True")) ",\"listeners\":[{\"name\":\"https\"," \
  CS(R("ResolvedRefs", "False", "InvalidCertificateRef")) "}]", BAD, "ResolvedRefs") \
X("Gateway API: Gateway without an address yet", "gateways.gateway.networking.k8s.io", \
  CS(C("Accepted", "True") "," R("Programmed", "Unknown", "Pending")), PROGRESSING, "Programmed") \
X("Gateway API: route refused by one parent", "httproutes.gateway.networking.k8s.io", \
  "\"parents\":[{" CS(C("Accepted", "True")) "},{" CS(R("Accepted", "False", \
  "NotAllowedByListeners")) "}]", BAD, "Accepted") \
X("Gateway API: route dropped in part", "httproutes.gateway.networking.k8s.io", \
  "\"parents\":[{" CS(C("Accepted", "True") "," C("PartiallyInvalid", "True")) "}]", BAD, \
  "PartiallyInvalid") \
X("Gateway API: policy not accepted by its ancestor", \
  "backendtlspolicies.gateway.networking.k8s.io", \
  "\"ancestors\":[{" CS(R("Accepted", "False", "Conflicted")) "}]", BAD, "Accepted") \
X("Gateway API: class without controller", "gatewayclasses.gateway.networking.k8s.io", \
  CS(R("Accepted", "Unknown", "Pending")), PROGRESSING, "Accepted") \
 \
X("Argo CD: well and in sync", "applications.argoproj.io", \
  "\"health\":{\"status\":\"Healthy\"},\"sync\":{\"status\":\"Synced\"}", OK, "health.status") \
X("Argo CD: well, out of sync", "applications.argoproj.io", \
  "\"health\":{\"status\":\"Healthy\"},\"sync\":{\"status\":\"OutOfSync\"}", PROGRESSING, \
  "sync.status") \
X("Argo CD: degraded", "applications.argoproj.io", \
  "\"health\":{\"status\":\"Degraded\"},\"sync\":{\"status\":\"Synced\"}", BAD, "health.status") \
X("Argo CD: suspended", "applications.argoproj.io", \
  "\"health\":{\"status\":\"Suspended\"},\"sync\":{\"status\":\"Synced\"}", PROGRESSING, \
  "health.status") \
X("Argo CD: ApplicationSet with a broken generator", "applicationsets.argoproj.io", \
  CS(C("ErrorOccurred", "True") "," C("ResourcesUpToDate", "False")), BAD, "ErrorOccurred") \
 \
X("Argo Rollouts: paused at a step", "rollouts.argoproj.io", \
  "\"phase\":\"Paused\"," CS(C("Available", "True") "," C("Paused", "True") "," C("Healthy", \
  "False")), PROGRESSING, "phase") \
X("Argo Rollouts: updating", "rollouts.argoproj.io", \
  "\"phase\":\"Progressing\"," CS(C("Available", "True") "," C("Healthy", "False") "," \
  R("Progressing", "True", "ReplicaSetUpdated")), PROGRESSING, "phase") \
X("Argo Rollouts: through", "rollouts.argoproj.io", \
  "\"phase\":\"Healthy\"," CS(C("Available", "True") "," R("Progressing", "True", \
  "NewReplicaSetAvailable")), OK, "phase") \
X("Argo Rollouts: aborted", "rollouts.argoproj.io", \
  "\"phase\":\"Degraded\"," CS(R("Progressing", "False", "RolloutAborted")), BAD, "phase") \
X("Argo Rollouts: analysis not conclusive", "analysisruns.argoproj.io", \
  "\"phase\":\"Inconclusive\"", BAD, "phase") \
X("Argo Workflows: running", "workflows.argoproj.io", \
  "\"phase\":\"Running\"," CS(C("PodRunning", "True") "," C("Completed", "False")), PROGRESSING, \
  "phase") \
X("Argo Workflows: failed, and so completed", "workflows.argoproj.io", \
  "\"phase\":\"Failed\"," CS(C("Completed", "True")), BAD, "phase") \
X("Argo Workflows: schedule that does not parse", "cronworkflows.argoproj.io", \
  CS(C("SpecError", "True")), BAD, "SpecError") \
 \
X("Flux: reconciled", "kustomizations.kustomize.toolkit.fluxcd.io", \
  CS(R("Ready", "True", "ReconciliationSucceeded")), OK, "Ready") \
X("Flux: at work", "kustomizations.kustomize.toolkit.fluxcd.io", \
  CS(R("Ready", "Unknown", "Progressing") "," R("Reconciling", "True", "Progressing")), \
  PROGRESSING, "Reconciling") \
X("Flux: waits for another", "kustomizations.kustomize.toolkit.fluxcd.io", \
  CS(R("Ready", "False", "DependencyNotReady")), PROGRESSING, "Ready") \
X("Flux: build failed", "kustomizations.kustomize.toolkit.fluxcd.io", \
  CS(R("Ready", "False", "BuildFailed")), BAD, "Ready") \
X("Flux: stalled", "helmreleases.helm.toolkit.fluxcd.io", \
  CS(R("Ready", "False", "UpgradeFailed") "," R("Stalled", "True", "RetriesExceeded") "," \
  C("Released", "False")), BAD, "Stalled") \
X("Flux: source that cannot be fetched", "gitrepositories.source.toolkit.fluxcd.io", \
  CS(C("FetchFailed", "True") "," R("Ready", "False", "GitOperationFailed")), BAD, "FetchFailed") \
 \
X("Crossplane: being created", "buckets.s3.aws.upbound.io", \
  CS(R("Synced", "True", "ReconcileSuccess") "," R("Ready", "False", "Creating")), PROGRESSING, \
  "Ready") \
X("Crossplane: cannot be reconciled", "buckets.s3.aws.upbound.io", \
  CS(R("Synced", "False", "ReconcileError") "," R("Ready", "False", "Creating")), BAD, "Synced") \
X("Crossplane: there", "buckets.s3.aws.upbound.io", \
  CS(R("Synced", "True", "ReconcileSuccess") "," R("Ready", "True", "Available")), OK, "Ready") \
X("Crossplane: provider not healthy", "providers.pkg.crossplane.io", \
  CS(R("Installed", "True", "ActivePackageRevision") "," R("Healthy", "False", \
  "UnhealthyPackageRevision")), BAD, "Healthy") \
 \
X("Cluster API v1beta1: waits for infrastructure", "machines.cluster.x-k8s.io", \
  "\"phase\":\"Provisioning\"," CS(S("Ready", "False", "Info") "," S("InfrastructureReady", \
  "False", "Info")), PROGRESSING, "Ready") \
X("Cluster API v1beta1: error", "machines.cluster.x-k8s.io", \
  "\"phase\":\"Failed\"," CS(S("Ready", "False", "Error")), BAD, "Ready") \
X("Cluster API v1beta2: scaling up", "machinedeployments.cluster.x-k8s.io", \
  CS(C("Available", "True") "," C("ScalingUp", "True") "," C("ScalingDown", "False") "," \
  C("Deleting", "False")), PROGRESSING, "ScalingUp") \
X("Cluster API v1beta2: available", "clusters.cluster.x-k8s.io", \
  CS(C("Available", "True") "," C("RollingOut", "False") "," C("Remediating", "False") "," \
  C("Paused", "False")), OK, "Available") \
X("Cluster API v1beta2: health check failed", "machines.cluster.x-k8s.io", \
  CS(C("Available", "True") "," C("HealthCheckSucceeded", "False")), BAD, "HealthCheckSucceeded") \
X("Cluster API: control plane degraded", "kubeadmcontrolplanes.controlplane.cluster.x-k8s.io", \
  CS(C("Available", "True") "," C("EtcdDegraded", "True")), BAD, "EtcdDegraded") \
 \
X("Strimzi: Kafka being created", "kafkas.kafka.strimzi.io", \
  CS(R("NotReady", "True", "Creating")), PROGRESSING, "NotReady") \
X("Strimzi: Kafka failed", "kafkas.kafka.strimzi.io", \
  CS(R("NotReady", "True", "FatalProblem")), BAD, "NotReady") \
X("Strimzi: ready with a warning", "kafkas.kafka.strimzi.io", \
  CS(C("Ready", "True") "," R("Warning", "True", "KafkaStorage")), OK, "Ready") \
X("Strimzi: rebalance waits for approval", "kafkarebalances.kafka.strimzi.io", \
  CS(C("ProposalReady", "True")), PROGRESSING, "ProposalReady") \
X("Strimzi: connector failed in a worker", "kafkaconnectors.kafka.strimzi.io", \
  CS(C("Ready", "True")) ",\"connectorStatus\":{\"connector\":{\"state\":\"FAILED\"}}", BAD, \
  "connectorStatus.connector.state") \
 \
X("KEDA: idle", "scaledobjects.keda.sh", \
  CS(C("Ready", "True") "," C("Active", "False") "," C("Fallback", "False") "," C("Paused", \
  "Unknown")), OK, "Ready") \
X("KEDA: paused", "scaledobjects.keda.sh", \
  CS(C("Ready", "True") "," C("Active", "False") "," C("Paused", "True")), OK, "Ready") \
X("KEDA: fallback", "scaledobjects.keda.sh", \
  CS(C("Ready", "True") "," C("Active", "True") "," C("Fallback", "True")), BAD, "Fallback") \
X("KEDA: trigger cannot be read", "scaledobjects.keda.sh", \
  CS(R("Ready", "False", "ScaledObjectCheckFailed")), BAD, "Ready") \
 \
X("Prometheus operator: degraded", "prometheuses.monitoring.coreos.com", \
  CS(R("Available", "Degraded", "SomePodsNotReady") "," C("Reconciled", "True")), BAD, \
  "Available") \
X("Prometheus operator: running", "prometheuses.monitoring.coreos.com", \
  CS(C("Available", "True") "," C("Reconciled", "True")), OK, "Available") \
X("Prometheus operator: configuration refused", "alertmanagers.monitoring.coreos.com", \
  CS(C("Available", "True") "," R("Reconciled", "False", "ReconciliationFailed")), BAD, \
  "Reconciled") \
 \
X("Knative: revision scaled to nothing", "revisions.serving.knative.dev", \
  CS(S("Active", "False", "Info") "," C("Ready", "True")), OK, "Ready") \
X("Knative: service being deployed", "services.serving.knative.dev", \
  CS(C("ConfigurationsReady", "Unknown") "," C("Ready", "Unknown") "," C("RoutesReady", \
  "Unknown")), PROGRESSING, "Ready") \
X("Knative: image missing", "services.serving.knative.dev", \
  CS(R("ConfigurationsReady", "False", "RevisionFailed") "," R("Ready", "False", \
  "RevisionFailed")), BAD, "Ready") \
X("Knative: something that only informs is False", "brokers.eventing.knative.dev", \
  CS(S("Healthy", "False", "Info") "," C("Ready", "True")), OK, "Ready") \
 \
X("Tekton: running", "pipelineruns.tekton.dev", CS(R("Succeeded", "Unknown", "Running")), \
  PROGRESSING, "Succeeded") \
X("Tekton: failed", "pipelineruns.tekton.dev", CS(R("Succeeded", "False", "Failed")), BAD, \
  "Succeeded") \
X("Tekton: done", "taskruns.tekton.dev", CS(R("Succeeded", "True", "Succeeded")), OK, "Succeeded") \
 \
X("external-secrets: synced", "externalsecrets.external-secrets.io", CS(R("Ready", "True", \
  "SecretSynced")), OK, "Ready") \
X("external-secrets: not found", "externalsecrets.external-secrets.io", CS(R("Ready", "False", \
  "SecretSyncedError")), BAD, "Ready") \
X("external-secrets: store invalid", "secretstores.external-secrets.io", \
  CS(R("Ready", "False", "InvalidProviderConfig")), BAD, "Ready") \
 \
X("Velero: backup waits for plugins", "backups.velero.io", \
  "\"phase\":\"WaitingForPluginOperations\"", PROGRESSING, "phase") \
X("Velero: backup with errors", "backups.velero.io", \
  "\"phase\":\"PartiallyFailed\",\"errors\":3", BAD, "phase") \
X("Velero: with errors, being finished", "backups.velero.io", \
  "\"phase\":\"FinalizingPartiallyFailed\"", BAD, "phase") \
X("Velero: backup done", "backups.velero.io", "\"phase\":\"Completed\"", OK, "phase") \
X("Velero: location out of reach", "backupstoragelocations.velero.io", \
  "\"phase\":\"Unavailable\"", BAD, "phase") \
 \
X("ECK: green", "elasticsearches.elasticsearch.k8s.elastic.co", \
  "\"health\":\"green\",\"phase\":\"Ready\"," CS(C("ReconciliationComplete", "True")), OK, \
  "phase") \
X("ECK: changes being applied", "elasticsearches.elasticsearch.k8s.elastic.co", \
  "\"health\":\"green\",\"phase\":\"ApplyingChanges\"", PROGRESSING, "phase") \
X("ECK: red", "elasticsearches.elasticsearch.k8s.elastic.co", \
  "\"health\":\"red\",\"phase\":\"Ready\"", BAD, "health") \
X("ECK: refused", "kibanas.kibana.k8s.elastic.co", "\"phase\":\"Invalid\"", BAD, "phase") \
 \
X("CloudNativePG: well", "clusters.postgresql.cnpg.io", \
  "\"phase\":\"Cluster in healthy state\"," CS(C("Ready", "True") "," C("ContinuousArchiving", \
  "True")), OK, "Ready") \
X("CloudNativePG: failing over", "clusters.postgresql.cnpg.io", \
  "\"phase\":\"Failing over\"," CS(R("Ready", "False", "ClusterIsNotReady")), PROGRESSING, \
  "phase") \
X("CloudNativePG: archiving fails", "clusters.postgresql.cnpg.io", \
  "\"phase\":\"Cluster in healthy state\"," CS(C("Ready", "True") "," C("ContinuousArchiving", \
  "False")), BAD, "ContinuousArchiving") \
X("CloudNativePG: out of disk", "clusters.postgresql.cnpg.io", \
  "\"phase\":\"Not enough disk space\"," CS(C("Ready", "False")), BAD, "phase") \
X("CloudNativePG: backup running", "backups.postgresql.cnpg.io", "\"phase\":\"running\"", \
  PROGRESSING, "phase") \
 \
X("Rook: well", "cephclusters.ceph.rook.io", \
  "\"phase\":\"Ready\",\"state\":\"Created\",\"ceph\":{\"health\":\"HEALTH_OK\"}," CS(C("Ready", \
  "True")), OK, "Ready") \
X("Rook: Ceph warns", "cephclusters.ceph.rook.io", \
  "\"phase\":\"Ready\",\"ceph\":{\"health\":\"HEALTH_WARN\"}," CS(C("Ready", "True")), \
  PROGRESSING, "ceph.health") \
X("Rook: Ceph is in error", "cephclusters.ceph.rook.io", \
  "\"phase\":\"Ready\",\"ceph\":{\"health\":\"HEALTH_ERR\"}," CS(C("Ready", "True")), BAD, \
  "ceph.health") \
X("Rook: pool failed", "cephblockpools.ceph.rook.io", "\"phase\":\"ReconcileFailed\"", BAD, \
  "phase") \
 \
X("Istio: reconciled", "virtualservices.networking.istio.io", CS(C("Reconciled", "True")), OK, \
  "Reconciled") \
X("Istio: analysis found errors", "virtualservices.networking.istio.io", \
  CS(C("Reconciled", "True") "," C("PassedAnalysis", "False")), BAD, "PassedAnalysis") \
X("Istio: operator at work", "istiooperators.install.istio.io", "\"status\":\"RECONCILING\"", \
  PROGRESSING, "status") \
 \
X("Karpenter: claim registering", "nodeclaims.karpenter.sh", \
  CS(C("Launched", "True") "," C("Registered", "Unknown") "," C("Ready", "Unknown")), \
  PROGRESSING, "Ready") \
X("Karpenter: drifted is no fault", "nodeclaims.karpenter.sh", \
  CS(C("Ready", "True") "," C("Drifted", "True") "," C("Consolidatable", "True")), OK, "Ready") \
X("Karpenter: pool without its class", "nodepools.karpenter.sh", \
  CS(C("NodeClassReady", "False") "," C("ValidationSucceeded", "True")), BAD, "NodeClassReady") \
 \
X("Kyverno: policy ready", "clusterpolicies.kyverno.io", CS(R("Ready", "True", "Succeeded")), \
  OK, "Ready") \
X("Kyverno: policy not ready", "clusterpolicies.kyverno.io", CS(R("Ready", "False", "Failed")), \
  BAD, "Ready") \
X("Kyverno: update to be done", "updaterequests.kyverno.io", "\"state\":\"Pending\"", \
  PROGRESSING, "state") \
 \
X("OLM: installing", "clusterserviceversions.operators.coreos.com", \
  "\"phase\":\"InstallReady\"," CS("{\"phase\":\"Pending\"},{\"phase\":\"InstallReady\"}"), \
  PROGRESSING, "phase") \
X("OLM: installed", "clusterserviceversions.operators.coreos.com", "\"phase\":\"Succeeded\"", \
  OK, "phase") \
X("OLM: failed", "clusterserviceversions.operators.coreos.com", "\"phase\":\"Failed\"", BAD, \
  "phase") \
X("OLM: upgrade waits for approval", "subscriptions.operators.coreos.com", \
  "\"state\":\"UpgradePending\"," CS(R("InstallPlanPending", "True", "RequiresApproval") "," \
  C("CatalogSourcesUnhealthy", "False")), PROGRESSING, "InstallPlanPending") \
X("OLM: cannot be resolved", "subscriptions.operators.coreos.com", \
  CS(R("ResolutionFailed", "True", "ConstraintsNotSatisfiable")), BAD, "ResolutionFailed") \
X("OLM v1: progressing for good", "clusterextensions.olm.operatorframework.io", \
  CS(C("Installed", "True") "," R("Progressing", "True", "Succeeded")), OK, "Installed") \
 \
X("Longhorn: detached", "volumes.longhorn.io", \
  "\"state\":\"detached\",\"robustness\":\"unknown\"," CS(C("Scheduled", "True") "," \
  C("Restore", "False")), OK, "state") \
X("Longhorn: degraded", "volumes.longhorn.io", \
  "\"state\":\"attached\",\"robustness\":\"degraded\"," CS(C("Scheduled", "True")), PROGRESSING, \
  "robustness") \
X("Longhorn: faulted", "volumes.longhorn.io", \
  "\"state\":\"detached\",\"robustness\":\"faulted\"", BAD, "robustness") \
X("Longhorn: no place for a replica", "volumes.longhorn.io", \
  "\"state\":\"attached\",\"robustness\":\"healthy\"," CS(R("Scheduled", "False", \
  "ReplicaSchedulingFailure")), BAD, "Scheduled") \
X("Longhorn: backup target away", "backuptargets.longhorn.io", CS(C("Unavailable", "True")), \
  BAD, "Unavailable") \
 \
X("MetalLB: a pool tells nothing", "ipaddresspools.metallb.io", \
  "\"availableIPv4\":3,\"assignedIPv4\":1", UNKNOWN, "") \
X("MetalLB: configuration refused", "configurationstates.metallb.io", "\"result\":\"Invalid\"", \
  BAD, "result") \
 \
X("KubeVirt: stopped on purpose", "virtualmachines.kubevirt.io", \
  "\"printableStatus\":\"Stopped\"," CS(R("Ready", "False", "VMINotExists")), OK, \
  "printableStatus") \
X("KubeVirt: no node for it", "virtualmachines.kubevirt.io", \
  "\"printableStatus\":\"ErrorUnschedulable\"," CS(C("Ready", "False")), BAD, "printableStatus") \
X("CDI: import under way", "datavolumes.cdi.kubevirt.io", \
  "\"phase\":\"ImportInProgress\"," CS(C("Ready", "False") "," C("Running", "True")), \
  PROGRESSING, "phase") \
X("Snapshots: to be taken", "volumesnapshots.snapshot.storage.k8s.io", "\"readyToUse\":false", \
  PROGRESSING, "readyToUse") \
X("Spark: submission failed", "sparkapplications.sparkoperator.k8s.io", \
  "\"applicationState\":{\"state\":\"SUBMISSION_FAILED\"}", BAD, "applicationState.state") \
X("Zalando Postgres: running", "postgresqls.acid.zalan.do", \
  "\"PostgresClusterStatus\":\"Running\"", OK, "PostgresClusterStatus") \
X("OpenShift: operator degraded", "clusteroperators.config.openshift.io", \
  CS(C("Available", "True") "," C("Progressing", "False") "," C("Degraded", "True")), BAD, \
  "Degraded") \
X("Deployment-like: deadline passed", "cloneSets.apps.kruise.io", \
  CS(C("Available", "True") "," R("Progressing", "False", "ProgressDeadlineExceeded")), BAD, \
  "Progressing")
/* clang-format on */

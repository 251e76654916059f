#include "kube/references_table.h"

/* clang-format off */
static const struct implied table[] = {
	/* a name alone */
	{ "secretName", "Secret", "", 1 },
	{ "existingSecret", "Secret", "", 1 },
	{ "credentialName", "Secret", "", 1 },	/* Istio */
	{ "configMapName", "ConfigMap", "", 1 },
	{ "serviceName", "Service", "", 1 },
	{ "serviceAccountName", "ServiceAccount", "", 1 },
	{ "claimName", "PersistentVolumeClaim", "", 1 },
	{ "persistentVolumeClaimName", "PersistentVolumeClaim", "", 1 },
	{ "storageClassName", "StorageClass", "storage.k8s.io", 1 },
	{ "volumeSnapshotClassName", "VolumeSnapshotClass", "snapshot.storage.k8s.io", 1 },
	{ "priorityClassName", "PriorityClass", "scheduling.k8s.io", 1 },
	{ "runtimeClassName", "RuntimeClass", "node.k8s.io", 1 },
	{ "ingressClassName", "IngressClass", "networking.k8s.io", 1 },
	{ "gatewayClassName", "GatewayClass", "gateway.networking.k8s.io", 1 },
	{ "nodeName", "Node", "", 1 },

	/* core, in an object */
	{ "secret", "Secret", "", 0 },
	{ "secretRef", "Secret", "", 0 },
	{ "secretKeyRef", "Secret", "", 0 },
	{ "secretReference", "Secret", "", 0 },
	{ "secretRefs", "Secret", "", 0 },
	{ "imagePullSecrets", "Secret", "", 0 },
	{ "apiTokenSecretRef", "Secret", "", 0 },
	{ "passwordSecretRef", "Secret", "", 0 },
	{ "privateKeySecretRef", "Secret", "", 0 },
	{ "certificateRefs", "Secret", "", 0 },
	{ "certSecretRef", "Secret", "", 0 },
	{ "writeConnectionSecretToRef", "Secret", "", 0 },
	{ "configMap", "ConfigMap", "", 0 },
	{ "configMapRef", "ConfigMap", "", 0 },
	{ "configMapKeyRef", "ConfigMap", "", 0 },
	{ "caCertificateRefs", "ConfigMap", "", 0 },
	{ "serviceRef", "Service", "", 0 },
	{ "backendRef", "Service", "", 0 },
	{ "backendRefs", "Service", "", 0 },
	{ "serviceAccountRef", "ServiceAccount", "", 0 },
	{ "claimRef", "PersistentVolumeClaim", "", 0 },
	{ "nodeRef", "Node", "", 0 },
	{ "scaleTargetRef", "Deployment", "apps", 0 },

	/* of projects */
	{ "issuerRef", "Issuer", "cert-manager.io", 0 },
	{ "parentRef", "Gateway", "gateway.networking.k8s.io", 0 },
	{ "parentRefs", "Gateway", "gateway.networking.k8s.io", 0 },
	{ "sourceRef", NULL, "source.toolkit.fluxcd.io", 0 },
	{ "providerConfigRef", "ProviderConfig", NULL, 0 },
	{ "compositionRef", "Composition", "apiextensions.crossplane.io", 0 },
	{ "compositionRevisionRef", "CompositionRevision", "apiextensions.crossplane.io", 0 },
	{ "secretStoreRef", "SecretStore", "external-secrets.io", 0 },
	{ "secretStoreRefs", "SecretStore", "external-secrets.io", 0 },
	{ "authenticationRef", "TriggerAuthentication", "keda.sh", 0 },
	{ "workflowTemplateRef", "WorkflowTemplate", "argoproj.io", 0 },
	{ "pipelineRef", "Pipeline", "tekton.dev", 0 },
	{ "taskRef", "Task", "tekton.dev", 0 },
	{ "elasticsearchRef", "Elasticsearch", "elasticsearch.k8s.elastic.co", 0 },
	{ "kibanaRef", "Kibana", "kibana.k8s.elastic.co", 0 },
};
/* clang-format on */

static const char *const core[] = {
	"ConfigMap",
	"Endpoints",
	"Namespace",
	"Node",
	"PersistentVolume",
	"PersistentVolumeClaim",
	"Pod",
	"Secret",
	"Service",
	"ServiceAccount",
};

const struct implied *references_table(size_t *ret_n)
{
	*ret_n = sizeof(table) / sizeof(table[0]);
	return table;
}

const char *const *references_core(size_t *ret_n)
{
	*ret_n = sizeof(core) / sizeof(core[0]);
	return core;
}

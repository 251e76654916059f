#include "kube/health_table.h"

/* clang-format off */
#define GOOD(type)     { type, WEIGHT_GOOD, WEIGHT_NOT_GOOD, WEIGHT_UNSURE }
#define END(type)      { type, WEIGHT_GOOD, WEIGHT_NONE, WEIGHT_NONE }
#define NOT(type)      { type, WEIGHT_NOT_GOOD, WEIGHT_GOOD, WEIGHT_UNSURE }
#define BAD(type)      { type, WEIGHT_BAD, WEIGHT_NONE, WEIGHT_NONE }
#define PROGRESS(type) { type, WEIGHT_UNDER_WAY, WEIGHT_NONE, WEIGHT_NONE }
#define WORD(literal)  { literal, sizeof(literal) - 1 }
/* clang-format on */

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct condition_rule conditions[] = {
	GOOD("Ready"), GOOD("Available"), GOOD("Healthy"), GOOD("Synced"), GOOD("Succeeded"),
	GOOD("Programmed"), GOOD("Accepted"), GOOD("ResolvedRefs"), GOOD("Established"),
	GOOD("NamesAccepted"), GOOD("Reconciled"), GOOD("Installed"), GOOD("Deployed"),
	GOOD("Provisioned"), GOOD("Valid"), GOOD("Released"), /* Flux */
	GOOD("PassedAnalysis"),				      /* Istio */
	GOOD("ResourcesUpToDate"),			      /* Argo CD's ApplicationSet */
	END("Complete"), END("Completed"),

	/* Bad when True. Everything whose name ends as bad_ends[] has it is so, too. */
	BAD("Failed"),		    /* Job, Argo, Velero's plugins */
	BAD("Failure"),		    /* Job controllers of many */
	BAD("Stalled"),		    /* kstatus: Flux, Config Sync */
	BAD("Degraded"),	    /* OpenShift and its operators, Rook */
	BAD("Error"),		    /* Argo, many small ones */
	BAD("Denied"),		    /* cert-manager: CertificateRequest */
	BAD("InvalidRequest"),	    /* the same */
	BAD("ReplicaFailure"),	    /* ReplicaSet and what is made like it */
	BAD("Conflicted"),	    /* Gateway API: listeners */
	BAD("PartiallyInvalid"),    /* Gateway API: routes */
	BAD("Failing"),		    /* OpenShift: ClusterVersion */
	BAD("ErrorOccurred"),	    /* Argo CD: ApplicationSet */
	BAD("InvalidSpec"),	    /* Argo Rollouts */
	BAD("SpecError"),	    /* Argo: CronWorkflow */
	BAD("SubmissionError"),	    /* the same */
	BAD("InstallPlanMissing"),  /* OLM: Subscription */
	BAD("Unavailable"),	    /* Longhorn: BackupTarget */
	BAD("NonStructuralSchema"), /* CustomResourceDefinition */
	BAD("MemoryPressure"),	    /* Node, and what mirrors it */
	BAD("DiskPressure"),	    /* the same */
	BAD("PIDPressure"),	    /* the same */
	BAD("NetworkUnavailable"),  /* the same */
	NOT("NotReady"),	    /* Strimzi */

	PROGRESS("Progressing"), PROGRESS("Reconciling"), PROGRESS("Issuing"), /* cert-manager */
	PROGRESS("ScalingUp"),		/* Cluster API, v1beta2 */
	PROGRESS("ScalingDown"),	/* the same */
	PROGRESS("RollingOut"),		/* the same */
	PROGRESS("Remediating"),	/* the same */
	PROGRESS("Deleting"),		/* the same */
	PROGRESS("InstallPlanPending"), /* OLM */
};

static const struct str bad_ends[] = {
	WORD("Failed"),	   /* OLM: ResolutionFailed ...; Flux: FetchFailed ... */
	WORD("Degraded"),  /* OpenShift: APIServerDegraded ...; Cluster API providers */
	WORD("Unhealthy"), /* OLM: CatalogSourcesUnhealthy */
};

static const char *const reasons[] = {
	"Creating", /* Crossplane, Strimzi */
	"Deleting",
	"ReconcilePaused", /* Crossplane */
	"Pending",	   /* cert-manager, Gateway API */
	"Progressing",	   /* Flux */
	"ProgressingWithRetry",
	"DependencyNotReady",
	"Reconciling",
	"InProgress",
	"Initializing",
	"Provisioning",
	"Deploying",
	"Installing",
	"Upgrading",
	"Updating",
	"Starting",
	"Scaling",
	"Waiting",
};

static const struct word_rule words[] = {
	{ WORD("ready"), HEALTH_OK },
	{ WORD("running"), HEALTH_OK },
	{ WORD("active"), HEALTH_OK },
	{ WORD("healthy"), HEALTH_OK },
	{ WORD("available"), HEALTH_OK },
	{ WORD("bound"), HEALTH_OK },
	{ WORD("succeeded"), HEALTH_OK },
	{ WORD("success"), HEALTH_OK },
	{ WORD("successful"), HEALTH_OK },
	{ WORD("complete"), HEALTH_OK },
	{ WORD("completed"), HEALTH_OK },
	{ WORD("finished"), HEALTH_OK },
	{ WORD("done"), HEALTH_OK },
	{ WORD("ok"), HEALTH_OK },
	{ WORD("online"), HEALTH_OK },
	{ WORD("established"), HEALTH_OK },
	{ WORD("synced"), HEALTH_OK },
	{ WORD("deployed"), HEALTH_OK },
	{ WORD("provisioned"), HEALTH_OK },
	{ WORD("installed"), HEALTH_OK },
	{ WORD("reconciled"), HEALTH_OK },
	{ WORD("accepted"), HEALTH_OK },
	{ WORD("approved"), HEALTH_OK },
	{ WORD("connected"), HEALTH_OK },
	{ WORD("enabled"), HEALTH_OK },
	{ WORD("normal"), HEALTH_OK },
	{ WORD("valid"), HEALTH_OK },
	{ WORD("green"), HEALTH_OK },
	{ WORD("cluster in healthy state"), HEALTH_OK },
	{ WORD("created"), HEALTH_OK },
	{ WORD("attached"), HEALTH_OK },
	{ WORD("atlatestknown"), HEALTH_OK },
	{ WORD("allocated"), HEALTH_OK },
	{ WORD("applied"), HEALTH_OK },
	{ WORD("pending"), HEALTH_PROGRESSING },
	{ WORD("progressing"), HEALTH_PROGRESSING },
	{ WORD("inprogress"), HEALTH_PROGRESSING },
	{ WORD("in progress"), HEALTH_PROGRESSING },
	{ WORD("creating"), HEALTH_PROGRESSING },
	{ WORD("initializing"), HEALTH_PROGRESSING },
	{ WORD("updating"), HEALTH_PROGRESSING },
	{ WORD("upgrading"), HEALTH_PROGRESSING },
	{ WORD("reconciling"), HEALTH_PROGRESSING },
	{ WORD("provisioning"), HEALTH_PROGRESSING },
	{ WORD("deploying"), HEALTH_PROGRESSING },
	{ WORD("installing"), HEALTH_PROGRESSING },
	{ WORD("starting"), HEALTH_PROGRESSING },
	{ WORD("scaling"), HEALTH_PROGRESSING },
	{ WORD("waiting"), HEALTH_PROGRESSING },
	{ WORD("processing"), HEALTH_PROGRESSING },
	{ WORD("configuring"), HEALTH_PROGRESSING },
	{ WORD("scheduling"), HEALTH_PROGRESSING },
	{ WORD("queued"), HEALTH_PROGRESSING },
	{ WORD("preparing"), HEALTH_PROGRESSING },
	{ WORD("restoring"), HEALTH_PROGRESSING },
	{ WORD("syncing"), HEALTH_PROGRESSING },
	{ WORD("outofsync"), HEALTH_PROGRESSING },
	{ WORD("validating"), HEALTH_PROGRESSING },
	{ WORD("bootstrapping"), HEALTH_PROGRESSING },
	{ WORD("deleting"), HEALTH_PROGRESSING },
	{ WORD("terminating"), HEALTH_PROGRESSING },
	{ WORD("yellow"), HEALTH_PROGRESSING },
	{ WORD("new"), HEALTH_PROGRESSING },
	{ WORD("readytostart"), HEALTH_PROGRESSING },
	{ WORD("waitingforpluginoperations"), HEALTH_PROGRESSING },
	{ WORD("finalizing"), HEALTH_PROGRESSING },
	{ WORD("installready"), HEALTH_PROGRESSING },
	{ WORD("replacing"), HEALTH_PROGRESSING },
	{ WORD("upgradepending"), HEALTH_PROGRESSING },
	{ WORD("requiresapproval"), HEALTH_PROGRESSING },
	{ WORD("planning"), HEALTH_PROGRESSING },
	{ WORD("suspended"), HEALTH_PROGRESSING },
	{ WORD("paused"), HEALTH_PROGRESSING },
	{ WORD("migratingdata"), HEALTH_PROGRESSING },
	{ WORD("applyingchanges"), HEALTH_PROGRESSING },
	{ WORD("attaching"), HEALTH_PROGRESSING },
	{ WORD("detaching"), HEALTH_PROGRESSING },
	{ WORD("reconciliationpaused"), HEALTH_PROGRESSING },
	{ WORD("importing"), HEALTH_PROGRESSING },
	{ WORD("rollingupdate"), HEALTH_PROGRESSING },
	{ WORD("rollingback"), HEALTH_PROGRESSING },
	{ WORD("pendingdeletion"), HEALTH_PROGRESSING },
	{ WORD("failed"), HEALTH_BAD },
	{ WORD("failure"), HEALTH_BAD },
	{ WORD("failing"), HEALTH_BAD },
	{ WORD("partiallyfailed"), HEALTH_BAD },
	{ WORD("failedvalidation"), HEALTH_BAD },
	{ WORD("error"), HEALTH_BAD },
	{ WORD("errored"), HEALTH_BAD },
	{ WORD("degraded"), HEALTH_BAD },
	{ WORD("unhealthy"), HEALTH_BAD },
	{ WORD("crashloopbackoff"), HEALTH_BAD },
	{ WORD("lost"), HEALTH_BAD },
	{ WORD("stalled"), HEALTH_BAD },
	{ WORD("invalid"), HEALTH_BAD },
	{ WORD("rejected"), HEALTH_BAD },
	{ WORD("missing"), HEALTH_BAD },
	{ WORD("unavailable"), HEALTH_BAD },
	{ WORD("unreachable"), HEALTH_BAD },
	{ WORD("broken"), HEALTH_BAD },
	{ WORD("faulted"), HEALTH_BAD },
	{ WORD("notready"), HEALTH_BAD },
	{ WORD("offline"), HEALTH_BAD },
	{ WORD("timeout"), HEALTH_BAD },
	{ WORD("aborted"), HEALTH_BAD },
	{ WORD("red"), HEALTH_BAD },
	{ WORD("finalizingpartiallyfailed"), HEALTH_BAD },
	{ WORD("waitingforpluginoperationspartiallyfailed"), HEALTH_BAD },
	{ WORD("reconcilefailed"), HEALTH_BAD },
	{ WORD("reconcileerror"), HEALTH_BAD },
	{ WORD("upgradefailed"), HEALTH_BAD },
	{ WORD("createfailed"), HEALTH_BAD },
	{ WORD("updatefailed"), HEALTH_BAD },
	{ WORD("syncfailed"), HEALTH_BAD },
	{ WORD("deletionfailed"), HEALTH_BAD },
	{ WORD("faulty"), HEALTH_BAD },
	{ WORD("inconclusive"), HEALTH_BAD },
	{ WORD("expired"), HEALTH_BAD },
	{ WORD("errimagepull"), HEALTH_BAD },
	{ WORD("imagepullbackoff"), HEALTH_BAD },
	{ WORD("health_err"), HEALTH_BAD },
	{ WORD("crashing"), HEALTH_BAD },
};

const struct condition_rule *health_table_conditions(size_t *ret_n)
{
	*ret_n = COUNT(conditions);
	return conditions;
}

const struct str *health_table_bad_ends(size_t *ret_n)
{
	*ret_n = COUNT(bad_ends);
	return bad_ends;
}

const struct word_rule *health_table_words(size_t *ret_n)
{
	*ret_n = COUNT(words);
	return words;
}

const char *const *health_table_reasons(size_t *ret_n)
{
	*ret_n = COUNT(reasons);
	return reasons;
}

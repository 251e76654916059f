/*
 * root - the one consistent picture that readers see, and when what it shows
 * may be freed.
 *
 * The watch thread publishes a struct root at most once a loop turn. A reader
 * pins the newest one (a mutex for two instructions), reads, and unpins within
 * a frame or a slice of work; it never frees anything. What the watch thread
 * replaces it retires: it is freed once no reader's pin is older.
 */
#ifndef CACHE_ROOT_H
#define CACHE_ROOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/wake.h"
#include "cache/kind.h"
#include "cache/store.h"

struct labels;

enum kind_state {
	KIND_LISTING, /* listed so many: struct kind_root.listed */
	KIND_SYNCED,
	KIND_FORBIDDEN,
	KIND_FAILING,	 /* lists or watches fail: message */
	KIND_STALE,	 /* the connection is lost; what is shown is from before */
	KIND_GONE,	 /* its CRD was deleted; the rows are from before */
	KIND_NOT_SERVED, /* no served version, or names not accepted: no rows */
	KIND_POLLING,	 /* listing works, watching is forbidden */
};

/* Its rows are, or are about to be, what the cluster has. */
static inline bool kind_state_is_well(enum kind_state state)
{
	return state == KIND_LISTING || state == KIND_SYNCED || state == KIND_POLLING;
}

struct kind_root {
	const struct kind *kind;
	enum kind_state state;
	bool ever_synced;		/* the count is a number, not "..." */
	bool no_crd;			/* known from discovery only: no CRD access */
	bool bare;			/* its columns are not known yet */
	bool watched;			/* every watch of what is synced has been granted */
	bool on_demand;			/* texts are not kept: they are to be asked for */
	bool refreshing;		/* and what columns want is being listed anew */
	size_t listed;			/* objects received by the list under way */
	int64_t since;			/* clock_wall() of when the state began */
	const char *message;		/* the server's words; NULL when there are none */
	const char *only;		/* "a, b": read in these namespaces alone; or NULL */
	const struct store_root *store; /* never NULL */
};

enum link_state {
	LINK_CONNECTING,
	LINK_LIVE,
	LINK_LOST
};

/* How it is with Kubernetes Events. */
enum k8s_state {
	K8S_EVENTS_OFF, /* not asked for */
	K8S_EVENTS_ON,	/* or will be, once the kinds are known */
	K8S_EVENTS_FORBIDDEN,
	K8S_EVENTS_NOT_SERVED,
	K8S_EVENTS_FAILING,
	K8S_EVENTS_STOPPED,  /* by a word */
	K8S_EVENTS_TOO_MANY, /* stopped, because they were */
};

/* What crwatch itself costs, as of this root. */
struct root_costs {
	uint64_t requests;  /* sent since the start */
	uint64_t bytes;	    /* received, unpacked */
	size_t connections; /* open now */
	size_t nursery;	    /* bytes mapped for texts that are not compressed yet */
	size_t cache;	    /* bytes that all entries and texts take, and below a ceiling cells, */
	size_t cache_max;   /* of so many; 0: of as many as it takes */
	size_t log;	    /* bytes of the change log in use, */
	size_t log_max;	    /* of so many */
	uint64_t let_go;    /* bytes of Kubernetes Events that regard no custom resource */
};

/* What a comparison of the caches with the server has come to. */
struct root_verify {
	bool on;
	uint64_t rounds;      /* that have ended; the next three are of the last one */
	uint64_t objects;     /* compared */
	size_t kinds;	      /* to which they belong */
	size_t skipped;	      /* kinds that could not be compared */
	uint64_t differences; /* since the start */
};

struct root {
	uint64_t number;
	enum link_state link;
	int64_t link_since;	  /* clock_wall() */
	int64_t link_retry;	  /* clock_now() of the next probe; 0 */
	const char *link_message; /* why it is lost; NULL */
	bool no_credentials;	  /* a plugin has failed, which link_message tells */
	const char
		*problem; /* what concerns the whole cluster (CRDs may not be listed ...); NULL */
	bool forbidden;	  /* it is a lack of rights */
	bool kinds_known; /* the CRD list has been read whole */
	const char *server_version; /* "v1.36.3", NULL until known */
	uint64_t events;	    /* watch events applied since the start */
	uint64_t changes;	    /* number of the first record of the log that is not in it */
	size_t watches;
	enum k8s_state k8s_events;
	struct root_costs costs;
	struct root_verify verify;
	const struct labels *labels;
	/* The definitions themselves, as objects; NULL when they may not be read. */
	const struct kind_root *crds;
	size_t n_kinds;
	const struct kind_root *const *kinds; /* ordered by group, then kind, then plural */
};

const struct kind_root *root_kind(const struct root *root, uint32_t id); /* or NULL */

/* The kind may not be read in this namespace any more: its rows there are from before. */
bool root_is_revoked(const struct kind_root *kind, struct str ns);

/* ---- readers ---- */

struct roots;
struct root_reader;

/* wake (may be NULL) is rung after each publication. Any thread; at most
 * ROOT_READERS at a time. */
#define ROOT_READERS 8
struct root_reader *root_reader_new(struct roots *roots, struct wake *wake);
void root_reader_free(struct root_reader *reader);

const struct root *root_pin(struct root_reader *reader); /* never NULL */
void root_unpin(struct root_reader *reader);

/* Any thread: a reader has so many bytes more, or less, of what it has made of what
 * it saw; they count below the ceiling of the caches. */
void roots_hold(struct roots *roots, size_t more, size_t less);
size_t roots_held(struct roots *roots);

/* ---- watch thread ---- */

struct retire;

struct roots *roots_new(void);
void roots_free(struct roots *roots); /* no reader is left */
struct retire *roots_retire(struct roots *roots);

/* Takes root (heap, its arrays and texts too) and rings the readers. */
void roots_publish(struct roots *roots, struct root *root);

/* Frees ptr with free_ptr once nobody can see it any more. */
void retire_add(
	struct retire *retire, void *ptr, void (*free_ptr)(void *ptr, void *arg), void *arg);
/* Frees what can be freed; called once a loop turn. */
void retire_run(struct retire *retire);

#endif

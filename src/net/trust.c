/*
 * Whom we trust and what we show, as PEM: from the configuration, from its files when
 * these change, or from a plugin. A handle keeps what it was set up with alive. Watch
 * thread only.
 */
#include "net/internal.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/log.h"
#include "base/mem.h"
#include "net/rest_files.h"

#define EVERY	    (60 * CLOCK_S)
#define EVERY_SOON  CLOCK_S /* while nothing works, or two files were caught apart */
#define LOG_MAX_GAP (300 * CLOCK_S)

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Takes all three. */
static struct trust *trust_new(char *ca, char *cert, char *key)
{
	struct trust *t = mem_zalloc(sizeof(*t));

	*t = (struct trust){ .refs = 1, .ca_pem = ca, .cert_pem = cert, .key_pem = key };
	return t;
}

struct trust *trust_ref(struct trust *t)
{
	t->refs++;
	return t;
}

void trust_unref(struct trust *t)
{
	if (!t || --t->refs > 0)
		return;
	free(t->ca_pem);
	free(t->cert_pem);
	mem_free_secret(t->key_pem);
	free(t);
}

static void replace(struct client *c, struct trust *t)
{
	trust_unref(c->trust);
	c->trust = t;
}

bool trust_show(struct client *c, const char *cert, const char *key)
{
	const struct trust *old = c->trust;

	if (same_text(old->cert_pem, cert) && same_text(old->key_pem, key))
		return false;
	replace(c, trust_new(mem_strdup_or_null(old->ca_pem), mem_strdup_or_null(cert),
			   mem_strdup_or_null(key)));
	return true;
}

/* ---- the files ---- */

/* The file's content, or what was known, when it cannot be read. */
static char *read_again(const char *path, const char *known, char **why)
{
	struct error err = ERROR_INIT;
	char *text = path ? rest_file_read(path, REST_FILE_MAX, NULL, &err) : NULL;

	if (err.text && !*why)
		*why = mem_strdup(err.text);
	error_release(&err);
	return text ? text : mem_strdup_or_null(known);
}

/* Of two files one may be new already, and the other not yet. */
static bool belong_together(const char *cert_pem, const char *key_pem)
{
	BIO *cert_bio, *key_bio;
	X509 *cert;
	EVP_PKEY *key;
	bool same;

	if (!cert_pem || !key_pem)
		return !cert_pem && !key_pem;
	cert_bio = BIO_new_mem_buf(cert_pem, -1);
	key_bio = BIO_new_mem_buf(key_pem, -1);
	cert = cert_bio ? PEM_read_bio_X509(cert_bio, NULL, NULL, NULL) : NULL;
	/* An empty pass phrase: nobody is asked for one. */
	key = key_bio ? PEM_read_bio_PrivateKey(key_bio, NULL, NULL, (void *)"") : NULL;
	same = cert && key && X509_check_private_key(cert, key) == 1;
	X509_free(cert);
	EVP_PKEY_free(key);
	BIO_free(cert_bio);
	BIO_free(key_bio);
	ERR_clear_error();
	return same;
}

static void complain(struct client *c, const char *what)
{
	int64_t now = clock_now();

	if (c->trust_told_at && now - c->trust_told_at < LOG_MAX_GAP)
		return;
	c->trust_told_at = now;
	log_line(LOG_WARNING, "certificates: %s; those from before stay in use", what);
}

static void take(struct client *c, struct trust *t, const char *why)
{
	struct trust *old = c->trust;
	bool other = !same_text(old->cert_pem, t->cert_pem) || !same_text(old->key_pem, t->key_pem);

	if (why)
		complain(c, why);
	if (other && !belong_together(t->cert_pem, t->key_pem)) {
		c->trust_read_at = clock_now() - EVERY + EVERY_SOON;
		complain(c, "the client's certificate and its key do not belong together");
		trust_unref(t);
	} else if (other) {
		replace(c, t);
		c->auth.generation++;
		conns_renew(c);
	} else if (!same_text(old->ca_pem, t->ca_pem)) {
		log_line(LOG_INFO, "the certificate authority is another one");
		replace(c, t);
	} else {
		trust_unref(t);
	}
}

void trust_look(struct client *c)
{
	const struct rest_config *config = c->config;
	const struct trust *old = c->trust;
	int64_t now = clock_now();
	char *why = NULL, *ca, *cert, *key;

	if (!config->ca_file && !config->cert_file && !config->key_file)
		return;
	if (now - c->trust_read_at < (gate_is_open(c) ? EVERY : EVERY_SOON))
		return;
	c->trust_read_at = now;
	ca = read_again(config->ca_file, old->ca_pem, &why);
	cert = read_again(config->cert_file, old->cert_pem, &why);
	key = read_again(config->key_file, old->key_pem, &why);
	take(c, trust_new(ca, cert, key), why);
	free(why);
}

void trust_init(struct client *c)
{
	const struct rest_config *config = c->config;

	c->trust = trust_new(mem_strdup_or_null(config->ca_pem),
		mem_strdup_or_null(config->cert_pem), mem_strdup_or_null(config->key_pem));
	c->trust_read_at = clock_now();
}

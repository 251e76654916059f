/*
 * A certificate authority and a server certificate, made when a test starts.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "base/mem.h"

static void must(bool ok)
{
	if (!ok)
		abort();
}

static void add_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *ext;

	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	must(ext);
	X509_add_ext(cert, ext, -1);
	X509_EXTENSION_free(ext);
}

static X509 *make(EVP_PKEY *key, const char *name, X509 *issuer, long serial)
{
	X509 *cert = X509_new();

	must(cert);
	X509_set_version(cert, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(cert), serial);
	X509_gmtime_adj(X509_getm_notBefore(cert), -3600);
	X509_gmtime_adj(X509_getm_notAfter(cert), 86400);
	X509_set_pubkey(cert, key);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_ASC,
		(const unsigned char *)name, -1, -1, 0);
	X509_set_issuer_name(cert, X509_get_subject_name(issuer ? issuer : cert));
	return cert;
}

static char *to_pem(X509 *cert)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *data, *text;
	long n;

	must(bio && PEM_write_bio_X509(bio, cert) == 1);
	n = BIO_get_mem_data(bio, &data);
	text = mem_dup(data, (size_t)n);
	BIO_free(bio);
	return text;
}

/* Offers h2 when the test wants it, else HTTP/1.1. */
static int on_alpn(SSL *ssl, const unsigned char **out, unsigned char *outlen,
	const unsigned char *in, unsigned inlen, void *arg)
{
	static const unsigned char both[] = "\x02h2\x08http/1.1";
	static const unsigned char one[] = "\x08http/1.1";
	struct server *s = arg;
	const unsigned char *offer = s->options.http2 ? both : one;
	unsigned n = s->options.http2 ? sizeof(both) - 1 : sizeof(one) - 1;
	unsigned char *chosen;

	(void)ssl;
	if (SSL_select_next_proto(&chosen, outlen, offer, n, in, inlen) != OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_NOACK;
	*out = chosen;
	return SSL_TLSEXT_ERR_OK;
}

static char *key_to_pem(EVP_PKEY *key)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *data, *text;
	long n;

	must(bio && PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1);
	n = BIO_get_mem_data(bio, &data);
	text = mem_dup(data, (size_t)n);
	BIO_free(bio);
	return text;
}

void server_client_cert(const char *name, char **ret_cert_pem, char **ret_key_pem)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *cert;

	must(key);
	cert = make(key, name, NULL, 1);
	must(X509_sign(cert, key, EVP_sha256()) > 0);
	*ret_cert_pem = to_pem(cert);
	*ret_key_pem = key_to_pem(key);
	X509_free(cert);
	EVP_PKEY_free(key);
}

char *cert_client_name(const SSL *ssl)
{
	X509 *cert = SSL_get1_peer_certificate(ssl);
	char name[256];
	int n;

	if (!cert)
		return NULL;
	n = X509_NAME_get_text_by_NID(
		X509_get_subject_name(cert), NID_commonName, name, sizeof(name));
	X509_free(cert);
	return n < 0 ? NULL : mem_strdup(name);
}

static int accept_any(int ok, X509_STORE_CTX *ctx)
{
	(void)ok;
	(void)ctx;
	return 1;
}

void cert_setup(struct server *s)
{
	EVP_PKEY *ca_key = EVP_EC_gen("P-256"), *key = EVP_EC_gen("P-256");
	X509 *ca, *cert;
	char *name, *names;

	must(ca_key && key);
	/* Each has a name of its own: one authority is not taken for another. */
	name = mem_printf("test authority of port %d", s->port);
	ca = make(ca_key, name, NULL, 1);
	free(name);
	add_extension(ca, ca, NID_basic_constraints, "critical,CA:TRUE");
	add_extension(ca, ca, NID_key_usage, "critical,keyCertSign");
	must(X509_sign(ca, ca_key, EVP_sha256()) > 0);
	cert = make(key, "test server", ca, 2);
	names = s->options.cert_name ? mem_printf("DNS:%s", s->options.cert_name)
				     : mem_strdup("DNS:localhost,IP:127.0.0.1");
	add_extension(cert, ca, NID_subject_alt_name, names);
	free(names);
	must(X509_sign(cert, ca_key, EVP_sha256()) > 0);
	s->tls = SSL_CTX_new(TLS_server_method());
	must(s->tls && SSL_CTX_use_certificate(s->tls, cert) == 1 &&
		SSL_CTX_use_PrivateKey(s->tls, key) == 1);
	SSL_CTX_set_mode(
		s->tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_set_alpn_select_cb(s->tls, on_alpn, s);
	if (s->options.ask_client_cert)
		SSL_CTX_set_verify(s->tls, SSL_VERIFY_PEER, accept_any);
	/* Sessions may be taken up again, as with any other server. */
	SSL_CTX_set_session_id_context(s->tls, (const unsigned char *)"test", 4);
	s->ca_pem = to_pem(ca);
	X509_free(ca);
	X509_free(cert);
	EVP_PKEY_free(ca_key);
	EVP_PKEY_free(key);
}

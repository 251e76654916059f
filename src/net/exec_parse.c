/*
 * ExecCredential documents (see exec.h). Any thread.
 */
#include "net/exec.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/mem.h"
#include "json/doc.h"
#include "json/yaml.h"

static bool digits(const char *s, size_t n, int *ret)
{
	int value = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		value = value * 10 + (s[i] - '0');
	}
	*ret = value;
	return true;
}

/* "+02:00", "-0700" is not RFC 3339. */
static bool read_offset(const char *s, int64_t *ret_seconds)
{
	int hours, minutes;

	if ((s[0] == 'Z' || s[0] == 'z') && !s[1]) {
		*ret_seconds = 0;
		return true;
	}
	if ((s[0] != '+' && s[0] != '-') || strlen(s) != 6 || s[3] != ':' ||
		!digits(s + 1, 2, &hours) || !digits(s + 4, 2, &minutes))
		return false;
	*ret_seconds = (hours * 3600 + minutes * 60) * (s[0] == '-' ? -1 : 1);
	return true;
}

static bool read_time(const char *s, int64_t *ret_wall)
{
	struct tm tm = { 0 };
	int64_t offset;

	if (strlen(s) < 20 || s[4] != '-' || s[7] != '-' || (s[10] != 'T' && s[10] != 't') ||
		s[13] != ':' || s[16] != ':')
		return false;
	if (!digits(s, 4, &tm.tm_year) || !digits(s + 5, 2, &tm.tm_mon) ||
		!digits(s + 8, 2, &tm.tm_mday) || !digits(s + 11, 2, &tm.tm_hour) ||
		!digits(s + 14, 2, &tm.tm_min) || !digits(s + 17, 2, &tm.tm_sec))
		return false;
	if (tm.tm_mon < 1 || tm.tm_mon > 12 || tm.tm_mday > 31 || tm.tm_hour > 23 ||
		tm.tm_min > 59 || tm.tm_sec > 60)
		return false;
	s += 19;
	if (*s == '.')
		s += 1 + strspn(s + 1, "0123456789");
	if (!read_offset(s, &offset))
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	/* What is past what nanoseconds in 64 bits can say. */
	if (tm.tm_year > 300)
		tm.tm_year = 300;
	if (tm.tm_year < -200)
		tm.tm_year = -200;
	*ret_wall = ((int64_t)timegm(&tm) - offset) * CLOCK_S;
	return true;
}

void exec_credential_release(struct exec_credential *cred)
{
	mem_free_secret(cred->token);
	free(cred->cert_pem);
	mem_free_secret(cred->key_pem);
	*cred = (struct exec_credential){ 0 };
}

static char *member(const struct doc *status, const char *key)
{
	const char *text = doc_string(status, key);

	return text && *text ? mem_strdup(text) : NULL;
}

static int check(const struct exec_credential *cred, struct error *err)
{
	if (!cred->token && !cred->cert_pem && !cred->key_pem)
		return error_set(err, ERROR_CREDENTIALS,
			"exec plugin didn't return a token or cert/key pair");
	if (!cred->cert_pem != !cred->key_pem)
		return error_set(err, ERROR_CREDENTIALS,
			"exec plugin returned only certificate or key, not both");
	if (cred->token && strpbrk(cred->token, "\r\n"))
		return error_set(
			err, ERROR_CREDENTIALS, "exec plugin returned a token with a newline");
	return 0;
}

static int read_status(const struct doc *status, struct exec_credential *ret, struct error *err)
{
	const char *expires = doc_string(status, "expirationTimestamp");
	struct exec_credential cred = { 0 };

	if (!doc_is_object(status))
		return error_set(
			err, ERROR_CREDENTIALS, "exec plugin didn't return a status field");
	if (expires && !read_time(expires, &cred.expires))
		return error_set(err, ERROR_CREDENTIALS,
			"exec plugin returned an expirationTimestamp that is no time");
	cred.token = member(status, "token");
	cred.cert_pem = member(status, "clientCertificateData");
	cred.key_pem = member(status, "clientKeyData");
	if (check(&cred, err) < 0) {
		exec_credential_release(&cred);
		return -1;
	}
	*ret = cred;
	return 0;
}

static struct doc *read_output(struct str output)
{
	struct buf json = BUF_INIT(4 * EXEC_OUTPUT_MAX);
	struct doc *root = doc_parse(output, NULL);

	if (!root && yaml_to_json(output, YAML_TYPED, &json, NULL) == 0)
		root = doc_parse(buf_str(&json), NULL);
	if (json.data)
		explicit_bzero(json.data, json.len);
	buf_release(&json);
	return root;
}

int exec_parse(
	struct str output, const char *api_version, struct exec_credential *ret, struct error *err)
{
	struct doc *root = read_output(output);
	const char *version = doc_string(root, "apiVersion");
	const char *kind = doc_string(root, "kind");
	int rc;

	/* What the plugin wrote is not repeated: it may hold a secret. */
	if (!doc_is_object(root))
		rc = error_set(err, ERROR_CREDENTIALS, "decoding stdout: no ExecCredential");
	else if (!version || strcmp(version, api_version) != 0)
		rc = error_set(err, ERROR_CREDENTIALS,
			"exec plugin is configured to use API version %s, plugin returned version %s",
			api_version, version ? version : "");
	else if (!kind || strcmp(kind, "ExecCredential") != 0)
		rc = error_set(err, ERROR_CREDENTIALS, "decoding stdout: no ExecCredential");
	else
		rc = read_status(doc_get(root, "status"), ret, err);
	doc_free(root);
	return rc;
}

# bash completion for crwatch(1). Needs nothing but bash.

_crwatch_options="--kubeconfig --context --cluster --user -n --namespace -A --all-namespaces
	-l --selector -o --output --as --as-group --as-uid --as-user-extra
	-s --server --token --client-certificate --client-key --certificate-authority
	--tls-server-name --insecure-skip-tls-verify --proxy-url --request-timeout
	--disable-compression --history --max-cache --verify --demo --demo-scale --demo-rate
	--demo-seed --demo-pause --theme --config --no-mouse --readonly -h --help --version"
_crwatch_changing="create replace apply patch edit scale delete"
# Beside these and --dry-run each command that changes something has its own.
_crwatch_options_of() {
	case $1 in
	create) echo -f --filename -R --recursive --validate ;;
	replace) echo -f --filename -R --recursive --validate --subresource ;;
	apply) echo -f --filename -R --recursive --validate --subresource --force-conflicts ;;
	patch) echo -p --patch --patch-file --type --validate --subresource ;;
	edit) echo --validate --subresource ;;
	scale) echo --replicas --current-replicas ;;
	delete)
		echo -f --filename -R --recursive --all --cascade --grace-period \
			--ignore-not-found --wait --timeout
		;;
	*) return ;;
	esac
	echo --dry-run --field-manager
}
_crwatch_demo_server_options="--listen --scale --rate --seed --pause -h --help --version"

# The contexts, clusters or users of a kubeconfig: kubectl knows best, without it the
# files are read in the form that kubectl writes.
_crwatch_names() {
	local section=$1 kubeconfig=$2
	local -a files=()
	if [[ $kubeconfig ]]; then
		local -x KUBECONFIG=$kubeconfig
	fi
	if type -P kubectl >/dev/null; then
		case $section in
		contexts) kubectl config get-contexts -o name ;;
		*) kubectl config "get-$section" | sed 1d ;;
		esac 2>/dev/null
		return
	fi
	IFS=: read -r -a files <<<"${KUBECONFIG:-$HOME/.kube/config}"
	awk -v section="$section" '
		/^[^ #-]/ { inside = $0 ~ "^" section ":"; dash = -1; next }
		!inside { next }
		{
			indent = match($0, /[^ ]/) - 1
			if (dash < 0) dash = indent
			if (indent == dash && sub(/^ *- /, "")) indent += 2
			if (indent == dash + 2 && sub(/^ *name: */, "")) { gsub(/"/, ""); print }
		}' "${files[@]}" 2>/dev/null
}

# What a command line such as `crwatch events --context x` has said so far: the command
# and the file of --kubeconfig.
_crwatch_parse() {
	local i
	command= kubeconfig=
	for ((i = 1; i < ${#words[@]} - 1; i++)); do
		case ${words[i]} in
		--kubeconfig)
			kubeconfig=${words[++i]}
			;;
		--kubeconfig=*)
			kubeconfig=${words[i]#*=}
			;;
		--context | --cluster | --user | -n | --namespace | -l | --selector | -o | --output | \
			--as | --as-group | --as-uid | --as-user-extra | -s | --server | --token | \
			--client-certificate | --client-key | --certificate-authority | --tls-server-name | \
			--proxy-url | -f | --filename | -p | --patch | --patch-file | --type | --replicas | \
			--current-replicas | --cascade | --grace-period | --timeout | --subresource | --dry-run | \
			--field-manager | --validate | --request-timeout | --history | --role-name | --max-cache | --theme | --config | --demo-scale | --demo-rate | --demo-seed | \
			--listen | --scale | --rate | --seed)
			((i++))
			;;
		-*) ;;
		*)
			[[ $command ]] || command=${words[i]}
			;;
		esac
	done
}

# Readline divides words at = and :, getopt does not.
_crwatch_join() {
	local i word joined=
	words=()
	for ((i = 0; i <= COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		if [[ $i -gt 0 && ($joined || $word == [=:]*) ]]; then
			words[${#words[@]} - 1]+=$word
		else
			words+=("$word")
		fi
		joined=
		[[ $word == [=:] ]] && joined=1
	done
}

# Offers those of its lines that go on from cur. What readline keeps of it (cut) is not
# repeated, what it replaces (lead) is.
_crwatch_words() {
	local word
	while IFS= read -r word; do
		[[ $word && $word == "$cur"* ]] || continue
		printf -v word %q "${word#"$cut"}"
		COMPREPLY+=("$lead$word")
	done
}

_crwatch_files() {
	local file
	compopt -o filenames 2>/dev/null
	while IFS= read -r file; do
		COMPREPLY+=("$lead${file#"$cut"}")
	done < <(compgen -f -- "$cur")
}

_crwatch_value() {
	case $1 in
	--kubeconfig | --config | --client-certificate | --client-key | --certificate-authority | \
		-f | --filename | --patch-file)
		_crwatch_files
		;;
	--context) _crwatch_words < <(_crwatch_names contexts "$kubeconfig") ;;
	--cluster) _crwatch_words < <(_crwatch_names clusters "$kubeconfig") ;;
	--user) _crwatch_words < <(_crwatch_names users "$kubeconfig") ;;
	--theme) _crwatch_words < <(printf '%s\n' dark light contrast mono 16) ;;
	-o | --output)
		case $command in
		events) _crwatch_words <<<json ;;
		delete) _crwatch_words <<<name ;;
		create | replace | apply | patch | edit | scale)
			_crwatch_words < <(printf '%s\n' json name yaml)
			;;
		*) _crwatch_words < <(printf '%s\n' wide json yaml name) ;;
		esac
		;;
	--type) _crwatch_words < <(printf '%s\n' json merge) ;;
	--cascade) _crwatch_words < <(printf '%s\n' background foreground orphan) ;;
	--subresource) _crwatch_words < <(printf '%s\n' scale status) ;;
	--dry-run) _crwatch_words < <(printf '%s\n' none server) ;;
	--validate) _crwatch_words < <(printf '%s\n' ignore strict warn) ;;
	-p | --patch | --replicas | --current-replicas | --grace-period | --timeout | --field-manager | \
		-n | --namespace | -l | --selector | --as | --as-group | --as-uid | \
		--as-user-extra | -s | --server | --token | --tls-server-name | --proxy-url | \
		--request-timeout | --history | --role-name | --max-cache | --demo-scale | \
		--demo-rate | --demo-seed | --listen | --scale | --rate | --seed) ;;
	*)
		return 1
		;;
	esac
}

_crwatch_word() {
	local options=$_crwatch_options
	case $command in
	'') options+=" --initial --role-name" ;;
	events) options+=" --initial" ;;
	access) options+=" --role-name" ;;
	demo-server) options=$_crwatch_demo_server_options ;;
	*) options+=" $(_crwatch_options_of "$command")" ;;
	esac
	if [[ $cur == -* ]]; then
		_crwatch_words < <(printf '%s\n' $options)
	elif [[ ! $command ]]; then
		_crwatch_words < <(printf '%s\n' tree get events access $_crwatch_changing demo-server)
	fi
}

_crwatch() {
	local -a words
	local cur cut= lead= option command kubeconfig
	COMPREPLY=()
	_crwatch_join
	_crwatch_parse
	cur=${words[${#words[@]} - 1]}
	option=${words[${#words[@]} - 2]}
	if [[ $cur == --*=* ]]; then
		option=${cur%%=*}
		cur=${cur#*=}
		[[ $COMP_WORDBREAKS == *=* ]] || lead=$option=
	fi
	if [[ $COMP_WORDBREAKS == *:* && $cur == *:* ]]; then
		cut=${cur%"${cur##*:}"}
		lead=
	fi
	_crwatch_value "$option" || _crwatch_word
}

complete -F _crwatch crwatch

# fish completion for crwatch(1).

# The contexts, clusters or users of a kubeconfig: kubectl knows best, without it the
# files are read in the form that kubectl writes.
function __crwatch_names --argument-names section
	set -l line (commandline --tokenize --cut-at-cursor --current-process)
	set -l file
	for i in (seq (count $line))
		switch $line[$i]
			case --kubeconfig
				set file $line[(math $i + 1)]
			case '--kubeconfig=*'
				set file (string replace -- --kubeconfig= '' $line[$i])
		end
	end
	set -q file[1]; and set -lx KUBECONFIG $file[1]
	if command -sq kubectl
		if test $section = contexts
			kubectl config get-contexts -o name 2>/dev/null
		else
			kubectl config get-$section 2>/dev/null | sed 1d
		end
		return
	end
	set -l files ~/.kube/config
	set -q KUBECONFIG; and set files (string split : -- "$KUBECONFIG")
	awk -v section=$section '
		/^[^ #-]/ { inside = $0 ~ "^" section ":"; dash = -1; next }
		!inside { next }
		{
			indent = match($0, /[^ ]/) - 1
			if (dash < 0) dash = indent
			if (indent == dash && sub(/^ *- /, "")) indent += 2
			if (indent == dash + 2 && sub(/^ *name: */, "")) { gsub(/"/, ""); print }
		}' $files 2>/dev/null
end

function __crwatch_formats
	if __fish_seen_subcommand_from events
		echo json
	else if __fish_seen_subcommand_from delete
		echo name
	else if __fish_seen_subcommand_from create replace apply patch edit scale
		printf '%s\n' name yaml json
	else
		printf '%s\n' wide json yaml name
	end
end

set -l changing create replace apply patch edit scale delete
set -l commands tree get events access $changing demo-server
set -l none "not __fish_seen_subcommand_from $commands"
set -l server '__fish_seen_subcommand_from demo-server'
set -l other 'not __fish_seen_subcommand_from demo-server'
set -l role "not __fish_seen_subcommand_from tree get events $changing demo-server"
set -l initial "not __fish_seen_subcommand_from tree get access $changing demo-server"
set -l files '__fish_seen_subcommand_from create replace apply delete'
set -l patch '__fish_seen_subcommand_from patch'
set -l scale '__fish_seen_subcommand_from scale'
set -l delete '__fish_seen_subcommand_from delete'
set -l parts '__fish_seen_subcommand_from replace apply patch edit'
set -l checked '__fish_seen_subcommand_from create replace apply patch edit'
set -l change "__fish_seen_subcommand_from $changing"

complete -c crwatch -f
complete -c crwatch -n $none -a tree -d 'Groups, kinds and instances, once'
complete -c crwatch -n $none -a get -d 'What kubectl get prints'
complete -c crwatch -n $none -a events -d 'Every change, one line each'
complete -c crwatch -n $none -a access -d 'What you may do with each kind'
complete -c crwatch -n $none -a create -d 'Objects from files'
complete -c crwatch -n $none -a replace -d 'Objects by those of files'
complete -c crwatch -n $none -a apply -d 'Files, on the server'
complete -c crwatch -n $none -a patch -d 'A JSON merge patch, or a JSON patch'
complete -c crwatch -n $none -a edit -d 'An object in your editor'
complete -c crwatch -n $none -a scale -d 'An object with the scale subresource'
complete -c crwatch -n $none -a delete -d 'Objects that are there now'
complete -c crwatch -n $none -a demo-server -d 'The embedded cluster alone, for kubectl'

complete -c crwatch -n $other -l kubeconfig -rF -d 'Instead of $KUBECONFIG or ~/.kube/config'
complete -c crwatch -n $other -l context -xa '(__crwatch_names contexts)' -d 'The kubeconfig context to use'
complete -c crwatch -n $other -l cluster -xa '(__crwatch_names clusters)' -d 'The kubeconfig cluster to use'
complete -c crwatch -n $other -l user -xa '(__crwatch_names users)' -d 'The kubeconfig user to use'
complete -c crwatch -n $other -s n -l namespace -x -d 'Only this namespace'
complete -c crwatch -n $other -s A -l all-namespaces -d 'All namespaces'
complete -c crwatch -n $other -s l -l selector -x -d 'Label selector'
complete -c crwatch -n $other -s o -l output -xa '(__crwatch_formats)' -d 'Output format'
complete -c crwatch -n $other -l as -x -d 'Impersonate this user'
complete -c crwatch -n $other -l as-group -x -d 'And this group'
complete -c crwatch -n $other -l as-uid -x -d 'And this uid'
complete -c crwatch -n $other -l as-user-extra -x -d 'And this key=value'
complete -c crwatch -n $other -s s -l server -x -d 'The API server'
complete -c crwatch -n $other -l token -x -d 'The bearer token'
complete -c crwatch -n $other -l client-certificate -rF -d 'Who we are'
complete -c crwatch -n $other -l client-key -rF -d 'The key of the certificate'
complete -c crwatch -n $other -l certificate-authority -rF -d 'Who signs for the server'
complete -c crwatch -n $other -l tls-server-name -x -d 'The name in the certificate'
complete -c crwatch -n $other -l insecure-skip-tls-verify -d 'Trust any server'
complete -c crwatch -n $other -l proxy-url -x -d 'http, https or socks5'
complete -c crwatch -n $other -l request-timeout -x -d 'Seconds, or 1s, 2m, 3h'
complete -c crwatch -n $other -l disable-compression -d 'Never ask for compressed answers'
complete -c crwatch -n $other -l history -x -d 'Memory for the log of changes, in MiB'
complete -c crwatch -n $other -l max-cache -x -d 'A ceiling for the caches, such as 500Mi'
complete -c crwatch -n $other -l verify -d 'Compare the caches with the server, every so often'
complete -c crwatch -n $role -l role-name -x -d 'What the role is called'
complete -c crwatch -n $initial -l initial -d 'Also what is there at the start'
complete -c crwatch -n $other -l demo -d 'On the embedded cluster instead of a real one'
complete -c crwatch -n $other -l demo-scale -x -d 'With so many objects'
complete -c crwatch -n $other -l demo-rate -x -d 'With so many more changes a second'
complete -c crwatch -n $other -l demo-seed -x -d 'Another choice of what happens'
complete -c crwatch -n $other -l demo-pause -d 'Nothing happens after the start'
complete -c crwatch -n $other -l theme -xa 'dark light contrast mono 16' -d 'Colours'
complete -c crwatch -n $other -l config -rF -d 'Instead of ~/.config/crwatch/config.yaml'
complete -c crwatch -n $other -l no-mouse -d 'Leave the mouse to the terminal'

complete -c crwatch -n $other -l readonly -d 'Changes nothing'

complete -c crwatch -n $files -s f -l filename -rF -d 'What'
complete -c crwatch -n $files -s R -l recursive -d 'And what is in the directories below'
complete -c crwatch -n $patch -s p -l patch -x -d 'The patch'
complete -c crwatch -n $patch -l patch-file -rF -d 'The patch in a file'
complete -c crwatch -n $patch -l type -xa 'merge json' -d 'Of the patch'
complete -c crwatch -n $scale -l replicas -x -d 'How many there are to be'
complete -c crwatch -n $scale -l current-replicas -x -d 'How many there must be'
complete -c crwatch -n $delete -l cascade -xa 'background foreground orphan' -d 'What becomes of dependents'
complete -c crwatch -n $delete -l grace-period -x -d 'How long the end may take'
complete -c crwatch -n $delete -l all -d 'All of a kind'
complete -c crwatch -n $delete -l ignore-not-found -d 'What is not there is no error'
complete -c crwatch -n $delete -l wait -d 'Until they are gone'
complete -c crwatch -n $delete -l timeout -x -d 'Waits so long at most'
complete -c crwatch -n $parts -l subresource -xa 'status scale' -d 'This alone'
complete -c crwatch -n $checked -l validate -xa 'strict warn ignore' -d 'What is no field'
complete -c crwatch -n '__fish_seen_subcommand_from apply' -l force-conflicts -d 'Takes fields over from other managers'
complete -c crwatch -n $change -l dry-run -xa 'server none' -d 'The server only says what would come of it'
complete -c crwatch -n $change -l field-manager -x -d 'Who makes the change'

complete -c crwatch -n $server -l listen -x -d 'Where on loopback'
complete -c crwatch -n $server -l scale -x -d 'Number of objects'
complete -c crwatch -n $server -l rate -x -d 'More changes a second'
complete -c crwatch -n $server -l seed -x -d 'Another choice of what happens'
complete -c crwatch -n $server -l pause -d 'Nothing happens after the start'

complete -c crwatch -s h -l help -d 'Help'
complete -c crwatch -l version -d 'The version'

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof SHELLS)[number];

// Each script calls the command itself with the words so far. It answers with a candidate a line, followed by a tab and
// a description, or with `:files` or `:folders`, which the shell completes as usual.

// Written for bash 3.2, which macOS has: it has neither mapfile nor negative indices, and it splits words at `=`.
const bash = `_sidecarctl() {
  local i word value current words=()
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if ((\${#words[@]})) && [[ $word == = || \${COMP_WORDS[i - 1]} == = ]]; then
      words[\${#words[@]} - 1]+=$word
    else
      words+=("$word")
    fi
  done
  current=\${COMP_WORDS[COMP_CWORD]}
  [[ $current == = ]] && current=
  COMPREPLY=()
  local IFS=$'\\n'
  while IFS=$'\\t' read -r value _; do
    case $value in
      :files) COMPREPLY=($(compgen -f -- "$current")); compopt -o filenames 2>/dev/null ;;
      :folders) COMPREPLY=($(compgen -d -- "$current")); compopt -o filenames 2>/dev/null ;;
      --*=*) COMPREPLY+=("\${value#*=}") ;;
      *) COMPREPLY+=("$value") ;;
    esac
  done < <("$1" __complete -- "\${words[@]}" 2>/dev/null)
}
complete -F _sidecarctl sidecarctl
`;

const zsh = `#compdef sidecarctl
_sidecarctl() {
  local line
  local -a described
  for line in "\${(@f)$("\${(Q)words[1]}" __complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
    case $line in
      '') ;;
      :files) _files; return ;;
      :folders) _files -/; return ;;
      *) described+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}") ;;
    esac
  done
  _describe sidecarctl described
}
if [[ $funcstack[1] == _sidecarctl ]]; then
  _sidecarctl "$@"
else
  compdef _sidecarctl sidecarctl
fi
`;

const fish = `function __sidecarctl_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in ($words[1] __complete -- $words[2..-1] "$current" 2>/dev/null)
        switch $line
            case ':files'
                __fish_complete_path "$current"
            case ':folders'
                __fish_complete_directories "$current"
            case '*'
                echo $line
        end
    end
end
complete -c sidecarctl -f -a '(__sidecarctl_complete)'
`;

export const completionScripts: Readonly<Record<Shell, string>> = { bash, zsh, fish };

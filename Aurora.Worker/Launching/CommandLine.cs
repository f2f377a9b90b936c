using System.Buffers;
using System.Collections.Frozen;

namespace Aurora.Worker.Launching;

/// <summary>
/// Tells command lines that need a shell from those that do not. As make does: when nothing in a line could mean anything to a shell, its words are the argument
/// vector, and starting it directly costs a third of starting a shell first. Whatever is in doubt goes to the shell.
/// </summary>
internal static class CommandLine
{
    // Letters, digits and these mean nothing to bash inside a word. Missing on purpose: quotes, backslash, $ ` | & ; ( ) < > * ? [ ] # ~ ! { } ^ % and control characters.
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./:,@+= \t");

    // Words that bash treats itself when they come first: its builtins and keywords, as `compgen -bk` lists them.
    private static readonly FrozenSet<string> ShellWords = FrozenSet.Create(
        StringComparer.Ordinal,
        ".", ":", "[", "alias", "bg", "bind", "break", "builtin", "caller", "cd", "command", "compgen", "complete", "compopt", "continue", "declare", "dirs", "disown", "echo",
        "enable", "eval", "exec", "exit", "export", "false", "fc", "fg", "getopts", "hash", "help", "history", "jobs", "kill", "let", "local", "logout", "mapfile", "popd",
        "printf", "pushd", "pwd", "read", "readarray", "readonly", "return", "set", "shift", "shopt", "source", "suspend", "test", "times", "trap", "true", "type", "typeset",
        "ulimit", "umask", "unalias", "unset", "wait", "if", "then", "else", "elif", "fi", "case", "esac", "for", "select", "while", "until", "do", "done", "in", "function",
        "time", "coproc");

    /// <summary>Splits a plain command line.</summary>
    /// <param name="line">The line, bound.</param>
    /// <returns>Its words, at least one; null when a shell must read it.</returns>
    public static IReadOnlyList<string>? Split(string line)
    {
        if (line.AsSpan().ContainsAnyExcept(Plain))
        {
            return null;
        }

        var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 0 || words[0].Contains('=', StringComparison.Ordinal) || ShellWords.Contains(words[0]) ? null : words;
    }
}

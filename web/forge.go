package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// forgeEvent is what is read of the payloads of GitHub and of Gitea, which has GitHub's shapes:
// docs.github.com/webhooks/webhook-events-and-payloads, docs.gitea.com/usage/webhooks. All fields may be missing.
type forgeEvent struct {
	Action     string
	Repository struct {
		FullName string `json:"full_name"`
		HTMLURL  string `json:"html_url"`
		Stars    int    `json:"stargazers_count"`
	}
	Organization struct{ Login, UserName string }
	Sender       account

	Ref          string
	RefType      string `json:"ref_type"`
	Created      bool
	Deleted      bool
	Forced       bool
	Compare      string
	CompareURL   string `json:"compare_url"`   // Gitea's
	TotalCommits int    `json:"total_commits"` // Gitea's
	Commits      []struct {
		ID, Message, URL string
		Author           struct{ Name, UserName string }
	}
	Pusher account

	PullRequest *issue `json:"pull_request"`
	Issue       *issue
	Comment     *note
	Review      *note
	Discussion  *issue
	Release     *struct {
		Name, Body string
		TagName    string `json:"tag_name"`
		HTMLURL    string `json:"html_url"`
	}
	WorkflowRun *run `json:"workflow_run"`
	WorkflowJob *run `json:"workflow_job"`
	CheckRun    *run `json:"check_run"`
	CheckSuite  *run `json:"check_suite"`
	Forkee      *struct {
		FullName string `json:"full_name"`
		HTMLURL  string `json:"html_url"`
	}
	Zen string

	// of the event status
	Context, State, Description string
	TargetURL                   string `json:"target_url"`
}

type account struct{ Login, Name, UserName string }

func (a account) String() string { return inline(firstOf(a.Login, firstOf(a.UserName, a.Name))) }

// issue is an issue, a pull request or a discussion.
type issue struct {
	Number      int
	Title, Body string
	HTMLURL     string `json:"html_url"`
	Merged      bool
	PullRequest *struct{} `json:"pull_request"` // of an issue that is one
}

// note is a comment or a review.
type note struct {
	Body, State string
	HTMLURL     string `json:"html_url"`
	CommitID    string `json:"commit_id"`
}

// run is a run of a workflow or a check.
type run struct {
	Name, Status, Conclusion string
	HTMLURL                  string `json:"html_url"`
	HeadBranch               string `json:"head_branch"`
	RunNumber                int    `json:"run_number"`
}

// readForge makes a message of an event: "" for what is not worth one, such as a check that has only begun.
func readForge(event string, body []byte) (string, error) {
	var e forgeEvent
	// A field of another type than expected is left out, and what else there is will do: there are some eighty kinds of event.
	var odd *json.UnmarshalTypeError
	if err := json.Unmarshal(body, &e); body[0] != '{' || err != nil && !errors.As(err, &odd) {
		return "", errors.New("the payload is not as GitHub and Gitea send it: it is no object")
	}
	words := e.words(event)
	if words == "" {
		return "", nil
	}
	if where := firstOf(e.Repository.FullName, firstOf(e.Organization.Login, e.Organization.UserName)); where != "" {
		words = "[" + inline(where) + "] " + words
	}
	return words, nil
}

func (e *forgeEvent) words(event string) string {
	switch {
	case event == "push":
		return e.push()
	case event == "ping":
		return "the hook works" + link(e.Repository.HTMLURL)
	case event == "create" || event == "delete":
		return fmt.Sprintf("%s %sd %s %s", e.Sender, event, inline(firstOf(e.RefType, "the ref")), branch(e.Ref)) + link(e.Repository.HTMLURL)
	case event == "fork" && e.Forkee != nil:
		return fmt.Sprintf("%s forked it to %s", e.Sender, inline(e.Forkee.FullName)) + link(e.Forkee.HTMLURL)
	case event == "star":
		return e.star()
	case event == "watch" && e.Action == "started":
		return "" // comes with every star
	case event == "release" && e.Release != nil:
		return fmt.Sprintf("%s %s release %s", e.Sender, inline(e.Action), first(firstOf(e.Release.Name, e.Release.TagName))) + link(e.Release.HTMLURL) + quote(e.Release.Body)
	case event == "status":
		return e.status()
	case e.WorkflowRun != nil:
		return e.run("workflow", e.WorkflowRun)
	case e.WorkflowJob != nil:
		return e.run("job", e.WorkflowJob)
	case e.CheckRun != nil:
		return e.run("check", e.CheckRun)
	case e.CheckSuite != nil:
		return "" // its checks say so
	}
	return e.discussed(event)
}

// discussed is what somebody did to an issue, a pull request or a discussion, or said about it.
func (e *forgeEvent) discussed(event string) string {
	what, about := "", (*issue)(nil)
	switch {
	case e.PullRequest != nil:
		what, about = "pull request", e.PullRequest
	case e.Issue != nil && e.Issue.PullRequest != nil:
		what, about = "pull request", e.Issue
	case e.Issue != nil:
		what, about = "issue", e.Issue
	case e.Discussion != nil:
		what, about = "discussion", e.Discussion
	case e.Comment != nil && e.Comment.CommitID != "":
		return fmt.Sprintf("%s commented on %s", e.Sender, inline(short(e.Comment.CommitID))) + link(e.Comment.HTMLURL) + quote(e.Comment.Body)
	default:
		return e.other(event)
	}
	thing := fmt.Sprintf("%s %d: %s", what, about.Number, first(about.Title))
	switch {
	case e.Review != nil:
		return fmt.Sprintf("%s %s %s", e.Sender, reviewed(e.Review.State, e.Action), thing) + link(firstOf(e.Review.HTMLURL, about.HTMLURL)) + quote(e.Review.Body)
	case e.Comment != nil && e.Action == "created":
		return fmt.Sprintf("%s commented on %s", e.Sender, thing) + link(e.Comment.HTMLURL) + quote(e.Comment.Body)
	case e.Comment != nil:
		return fmt.Sprintf("%s %s a comment on %s", e.Sender, inline(e.Action), thing) + link(e.Comment.HTMLURL)
	case e.Action == "closed" && about.Merged:
		return fmt.Sprintf("%s merged %s", e.Sender, thing) + link(about.HTMLURL)
	case e.Action == "opened":
		return fmt.Sprintf("%s opened %s", e.Sender, thing) + link(about.HTMLURL) + quote(about.Body)
	}
	return fmt.Sprintf("%s %s %s", e.Sender, did(firstOf(e.Action, event)), thing) + link(about.HTMLURL)
}

// did is an action as a verb: most are one already.
func did(action string) string {
	switch action {
	case "synchronize", "synchronized":
		return "updated"
	case "ready_for_review":
		return "marked as ready"
	case "converted_to_draft":
		return "made a draft of"
	case "review_requested":
		return "asked for a review of"
	}
	return inline(strings.ReplaceAll(action, "_", " "))
}

// reviewed is what a review did.
func reviewed(state, action string) string {
	switch strings.ToLower(state) {
	case "approved":
		return "approved"
	case "changes_requested", "request_changes", "rejected":
		return "asked for changes of"
	}
	if action == "dismissed" {
		return "dismissed a review of"
	}
	return "reviewed"
}

// push is what was pushed, with a line for each commit.
func (e *forgeEvent) push() string {
	by := firstOf(e.Sender.String(), e.Pusher.String())
	kind := "branch"
	if strings.HasPrefix(e.Ref, "refs/tags/") {
		kind = "tag"
	}
	compare := link(firstOf(e.Compare, e.CompareURL))
	n := max(len(e.Commits), e.TotalCommits)
	switch {
	case e.Deleted:
		return fmt.Sprintf("%s deleted %s %s", by, kind, branch(e.Ref)) + link(e.Repository.HTMLURL)
	case n == 0 && e.Created || kind == "tag":
		return fmt.Sprintf("%s pushed %s %s", by, kind, branch(e.Ref)) + compare
	}
	how, noun := "pushed", "commits"
	if e.Forced {
		how = "force-pushed"
	}
	if n == 1 {
		noun = "commit"
	}
	lines := []string{fmt.Sprintf("%s %s %d %s to %s", by, how, n, noun, branch(e.Ref)) + compare}
	for _, c := range e.Commits[:min(len(e.Commits), maxItems)] {
		line := fmt.Sprintf("- `%s` %s", strings.ReplaceAll(inline(short(c.ID)), "`", "'"), first(c.Message))
		if who := inline(firstOf(c.Author.UserName, c.Author.Name)); who != "" && who != by {
			line += " (" + who + ")"
		}
		lines = append(lines, line)
	}
	if more := n - maxItems; more > 0 {
		lines = append(lines, fmt.Sprintf("- … and %d more", more))
	}
	return strings.Join(lines, "\n")
}

// star tells of a star that was given, and not of one that was taken back.
func (e *forgeEvent) star() string {
	if e.Action == "deleted" {
		return ""
	}
	return fmt.Sprintf("%s starred it (%d)", e.Sender, e.Repository.Stars) + link(e.Repository.HTMLURL)
}

// run tells how a run ended.
func (e *forgeEvent) run(what string, r *run) string {
	if r.Conclusion == "" || e.Action != "" && e.Action != "completed" {
		return ""
	}
	name := what + " " + inline(r.Name)
	if r.RunNumber > 0 {
		name += fmt.Sprintf(" %d", r.RunNumber)
	}
	if r.HeadBranch != "" {
		name += " on " + inline(r.HeadBranch)
	}
	return fmt.Sprintf("%s: *%s*", name, inline(strings.ReplaceAll(r.Conclusion, "_", " "))) + link(r.HTMLURL)
}

// status tells how a commit's status became, once it is decided.
func (e *forgeEvent) status() string {
	if e.State == "" || e.State == "pending" {
		return ""
	}
	words := fmt.Sprintf("%s: *%s*", inline(firstOf(e.Context, "status")), inline(e.State))
	if e.Description != "" {
		words += " " + first(e.Description)
	}
	return words + link(e.TargetURL)
}

// other is the one line for an event that has no words of its own.
func (e *forgeEvent) other(event string) string {
	words := inline(strings.ReplaceAll(event, "_", " "))
	if e.Action != "" {
		words += " " + inline(strings.ReplaceAll(e.Action, "_", " "))
	}
	if by := e.Sender.String(); by != "" {
		words += " by " + by
	}
	return words + link(e.Repository.HTMLURL)
}

// branch is the name of a branch or a tag without what stands before it.
func branch(ref string) string {
	return inline(strings.TrimPrefix(strings.TrimPrefix(ref, "refs/heads/"), "refs/tags/"))
}

// short is the beginning of a commit's hash.
func short(id string) string {
	if len(id) > 7 {
		return id[:7]
	}
	return id
}

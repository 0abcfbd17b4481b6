package storetest

import "testing"

// Run holds a store to its contract.
func Run(t *testing.T, h Harness) {
	for _, c := range []struct {
		name string
		test func(*testing.T, Harness)
	}{
		{"SeqsAreDenseUnderConcurrentAppends", denseSeqs},
		{"ReadersSeeOnlyWholeBatches", wholeBatches},
		{"NonceIsTheSamePost", nonces},
		{"RefusalsLeaveNoTrace", refusals},
		{"EventsComeBackAsTheyWere", events},
		{"PagingAtTheEdges", paging},
		{"PagingThroughTenThousand", longRoom},
		{"Joining", joining},
		{"Leaving", leaving},
		{"Inviting", inviting},
		{"Guests", guests},
		{"RoomNamesAndListings", listings},
		{"UnreadAndMentions", unread},
		{"MarksMoveBothWays", marks},
		{"SaveKeepsTheLast", saves},
		{"Heads", heads},
		{"ChangesOfMessages", changes},
		{"Pinning", pinning},
		{"ThreadsHaveTheirOwnUnread", threads},
		{"DirectRooms", directs},
		{"SanctionsOfRooms", roomSanctions},
		{"Expiring", expiring},
		{"WhatHasExpiredCountsNoMore", expiredCounts},
		{"WhatHasExpiredIsNotUnread", expiredUnread},
		{"Preferences", preferences},
		{"PropertiesOfRooms", properties},
		{"AgreesWithTheModel", agrees},
		{"SearchFindsWhatReadingFinds", searches},
		{"SearchInLongLogs", longSearches},
		{"SearchFindsEditsAndNotWhatTheyReplaced", editsAreFound},
		{"EndedContextChangesNothing", endedContext},
		{"InterruptedAppendIsAllOrNothing", interrupted},
		{"ReopenKeepsEverything", reopen},
		{"BackupIsACopy", backup},
		{"BackupWhilePosting", backupWhilePosting},
		{"PingAndClose", pingAndClose},
		{"NamesAreClaimedOnce", claims},
		{"ConfusableNamesAreOne", confusables},
		{"InvitesAreUsedOnce", invites},
		{"KnocksAreBounded", knocks},
		{"AuditIsPagedAndFiltered", auditLog},
		{"ModerationIsAudited", moderationIsAudited},
		{"ServerBans", sanctions},
		{"ReportsAreClosedOnce", reports},
		{"FactsStay", facts},
		{"SavedMessages", saved},
		{"Jobs", jobs},
		{"Hooks", hooks},
		{"HooksPost", hooksPost},
		{"WebSessions", webSessions},
		{"FilesComeBackAsTheyWere", files},
		{"FilesGoOnWhereTheyWereCut", partials},
		{"WholeFilesWaitForTheirNames", wholeFiles},
		{"FilesAreErasedWithTheirMessages", erasedFiles},
		{"FilesHaveQuotas", quotas},
		{"NewestFileOfAName", newestFiles},
		{"FilesAreFound", foundFiles},
		{"Declining", declining},
		{"OwnersPutOutHaveHeirs", heirs},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, h) })
	}
}

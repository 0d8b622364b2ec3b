/* The properties the maps know: a key each, so that tables of rows stay short. names.c says set,
 * id, type and which kinds want it. To map a further property, add a line in both files. */
#ifndef LOCKSTEP_MAPI_MAP_NAMES_H
#define LOCKSTEP_MAPI_MAP_NAMES_H

#include "mapi/map/props.h"

/* PidTagNativeBody ([MS-OXCMSG] section 2.2.1.58.2): the form that the others are made from. */
#define NATIVE_RTF  2
#define NATIVE_HTML 3

enum prop_key {
    P_NONE, /* in tables: no property */

    /* common */
    P_MESSAGE_CLASS,          /* PidTagMessageClass */
    P_ICON_INDEX,             /* PidTagIconIndex */
    P_SUBJECT,                /* PidTagSubject */
    P_SUBJECT_PREFIX,         /* PidTagSubjectPrefix */
    P_NORMALIZED_SUBJECT,     /* PidTagNormalizedSubject */
    P_CONVERSATION_TOPIC,     /* PidTagConversationTopic */
    P_BODY,                   /* PidTagBody */
    P_IMPORTANCE,             /* PidTagImportance */
    P_PRIORITY,               /* PidTagPriority */
    P_SENSITIVITY,            /* PidTagSensitivity */
    P_CREATION_TIME,          /* PidTagCreationTime */
    P_LAST_MODIFICATION_TIME, /* PidTagLastModificationTime */
    P_PRIVATE,                /* PidLidPrivate */
    P_SIDE_EFFECTS,           /* PidLidSideEffects */
    P_REMINDER_SET,           /* PidLidReminderSet */
    P_REMINDER_DELTA,         /* PidLidReminderDelta */
    P_REMINDER_TIME,          /* PidLidReminderTime */
    P_REMINDER_SIGNAL_TIME,   /* PidLidReminderSignalTime */
    P_COMMON_START,           /* PidLidCommonStart */
    P_COMMON_END,             /* PidLidCommonEnd */
    P_AGING_DONT_AGE_ME,      /* PidLidAgingDontAgeMe */
    P_TASK_MODE,              /* PidLidTaskMode */
    P_KEYWORDS,               /* 'Keywords' */
    P_LOCKSTEP_UID,           /* 'Uid' */
    P_LOCKSTEP_STAMP,         /* 'Stamp' */

    /* body in other formats: removed when the text changes; RTF is read where there is no text */
    P_RTF_COMPRESSED, /* PidTagRtfCompressed */
    P_HTML,           /* PidTagHtml */
    P_RTF_IN_SYNC,    /* PidTagRtfInSync */
    P_CODE_PAGE,      /* PidTagInternetCodepage: of P_HTML */
    P_NATIVE_BODY,    /* PidTagNativeBody */

    /* contact */
    P_DISPLAY_NAME,                 /* PidTagDisplayName */
    P_SURNAME,                      /* PidTagSurname */
    P_GIVEN_NAME,                   /* PidTagGivenName */
    P_MIDDLE_NAME,                  /* PidTagMiddleName */
    P_NAME_PREFIX,                  /* PidTagDisplayNamePrefix */
    P_GENERATION,                   /* PidTagGeneration */
    P_INITIALS,                     /* PidTagInitials */
    P_NICKNAME,                     /* PidTagNickname */
    P_SPOUSE_NAME,                  /* PidTagSpouseName */
    P_MANAGER_NAME,                 /* PidTagManagerName */
    P_ASSISTANT,                    /* PidTagAssistant */
    P_COMPANY_NAME,                 /* PidTagCompanyName */
    P_DEPARTMENT_NAME,              /* PidTagDepartmentName */
    P_TITLE,                        /* PidTagTitle */
    P_PROFESSION,                   /* PidTagProfession */
    P_BUSINESS_HOME_PAGE,           /* PidTagBusinessHomePage */
    P_PERSONAL_HOME_PAGE,           /* PidTagPersonalHomePage */
    P_FTP_SITE,                     /* PidTagFtpSite */
    P_BUSINESS_PHONE,               /* PidTagBusinessTelephoneNumber */
    P_BUSINESS2_PHONE,              /* PidTagBusiness2TelephoneNumber */
    P_HOME_PHONE,                   /* PidTagHomeTelephoneNumber */
    P_HOME2_PHONE,                  /* PidTagHome2TelephoneNumber */
    P_MOBILE_PHONE,                 /* PidTagMobileTelephoneNumber */
    P_OTHER_PHONE,                  /* PidTagOtherTelephoneNumber */
    P_PRIMARY_PHONE,                /* PidTagPrimaryTelephoneNumber */
    P_PAGER,                        /* PidTagPagerTelephoneNumber */
    P_CAR_PHONE,                    /* PidTagCarTelephoneNumber */
    P_ISDN,                         /* PidTagIsdnNumber */
    P_BUSINESS_FAX,                 /* PidTagBusinessFaxNumber */
    P_HOME_FAX,                     /* PidTagHomeFaxNumber */
    P_PRIMARY_FAX,                  /* PidTagPrimaryFaxNumber */
    P_ASSISTANT_PHONE,              /* PidTagAssistantTelephoneNumber */
    P_CALLBACK_PHONE,               /* PidTagCallbackTelephoneNumber */
    P_COMPANY_PHONE,                /* PidTagCompanyMainTelephoneNumber */
    P_RADIO_PHONE,                  /* PidTagRadioTelephoneNumber */
    P_TTYTDD_PHONE,                 /* PidTagTelecommunicationsDeviceForDeafTelephoneNumber */
    P_TELEX,                        /* PidTagTelexNumber */
    P_HOME_STREET,                  /* PidTagHomeAddressStreet */
    P_HOME_CITY,                    /* PidTagHomeAddressCity */
    P_HOME_STATE,                   /* PidTagHomeAddressStateOrProvince */
    P_HOME_POSTAL_CODE,             /* PidTagHomeAddressPostalCode */
    P_HOME_COUNTRY,                 /* PidTagHomeAddressCountry */
    P_HOME_POST_OFFICE_BOX,         /* PidTagHomeAddressPostOfficeBox */
    P_OTHER_STREET,                 /* PidTagOtherAddressStreet */
    P_OTHER_CITY,                   /* PidTagOtherAddressCity */
    P_OTHER_STATE,                  /* PidTagOtherAddressStateOrProvince */
    P_OTHER_POSTAL_CODE,            /* PidTagOtherAddressPostalCode */
    P_OTHER_COUNTRY,                /* PidTagOtherAddressCountry */
    P_OTHER_POST_OFFICE_BOX,        /* PidTagOtherAddressPostOfficeBox */
    P_MAIL_STREET,                  /* PidTagStreetAddress */
    P_MAIL_CITY,                    /* PidTagLocality */
    P_MAIL_STATE,                   /* PidTagStateOrProvince */
    P_MAIL_POSTAL_CODE,             /* PidTagPostalCode */
    P_MAIL_COUNTRY,                 /* PidTagCountry */
    P_MAIL_POST_OFFICE_BOX,         /* PidTagPostOfficeBox */
    P_MAIL_FORMATTED,               /* PidTagPostalAddress */
    P_CHILDRENS_NAMES,              /* PidTagChildrensNames */
    P_BIRTHDAY,                     /* PidTagBirthday */
    P_WEDDING_ANNIVERSARY,          /* PidTagWeddingAnniversary */
    P_BIRTHDAY_LOCAL,               /* PidLidBirthdayLocal */
    P_WEDDING_ANNIVERSARY_LOCAL,    /* PidLidWeddingAnniversaryLocal */
    P_FILE_UNDER,                   /* PidLidFileUnder */
    P_FILE_UNDER_ID,                /* PidLidFileUnderId */
    P_FILE_UNDER_LIST,              /* PidLidFileUnderList */
    P_EMAIL1_DISPLAY_NAME,          /* PidLidEmail1DisplayName */
    P_EMAIL1_ADDRESS_TYPE,          /* PidLidEmail1AddressType */
    P_EMAIL1_ADDRESS,               /* PidLidEmail1EmailAddress */
    P_EMAIL1_ORIGINAL_DISPLAY_NAME, /* PidLidEmail1OriginalDisplayName */
    P_EMAIL1_ORIGINAL_ENTRY_ID,     /* PidLidEmail1OriginalEntryId */
    P_EMAIL2_DISPLAY_NAME,          /* PidLidEmail2DisplayName */
    P_EMAIL2_ADDRESS_TYPE,          /* PidLidEmail2AddressType */
    P_EMAIL2_ADDRESS,               /* PidLidEmail2EmailAddress */
    P_EMAIL2_ORIGINAL_DISPLAY_NAME, /* PidLidEmail2OriginalDisplayName */
    P_EMAIL2_ORIGINAL_ENTRY_ID,     /* PidLidEmail2OriginalEntryId */
    P_EMAIL3_DISPLAY_NAME,          /* PidLidEmail3DisplayName */
    P_EMAIL3_ADDRESS_TYPE,          /* PidLidEmail3AddressType */
    P_EMAIL3_ADDRESS,               /* PidLidEmail3EmailAddress */
    P_EMAIL3_ORIGINAL_DISPLAY_NAME, /* PidLidEmail3OriginalDisplayName */
    P_EMAIL3_ORIGINAL_ENTRY_ID,     /* PidLidEmail3OriginalEntryId */
    P_FAX1_ADDRESS_TYPE,            /* PidLidFax1AddressType */
    P_FAX1_ADDRESS,                 /* PidLidFax1EmailAddress */
    P_FAX1_ORIGINAL_DISPLAY_NAME,   /* PidLidFax1OriginalDisplayName */
    P_FAX1_ORIGINAL_ENTRY_ID,       /* PidLidFax1OriginalEntryId */
    P_FAX2_ADDRESS_TYPE,            /* PidLidFax2AddressType */
    P_FAX2_ADDRESS,                 /* PidLidFax2EmailAddress */
    P_FAX2_ORIGINAL_DISPLAY_NAME,   /* PidLidFax2OriginalDisplayName */
    P_FAX2_ORIGINAL_ENTRY_ID,       /* PidLidFax2OriginalEntryId */
    P_FAX3_ADDRESS_TYPE,            /* PidLidFax3AddressType */
    P_FAX3_ADDRESS,                 /* PidLidFax3EmailAddress */
    P_FAX3_ORIGINAL_DISPLAY_NAME,   /* PidLidFax3OriginalDisplayName */
    P_FAX3_ORIGINAL_ENTRY_ID,       /* PidLidFax3OriginalEntryId */
    P_EMAIL_LIST,                   /* PidLidAddressBookProviderEmailList */
    P_EMAIL_ARRAY_TYPE,             /* PidLidAddressBookProviderArrayType */
    P_IM_ADDRESS,                   /* PidLidInstantMessagingAddress */
    P_WEB_PAGE,                     /* PidLidHtml */
    P_WORK_STREET,                  /* PidLidWorkAddressStreet */
    P_WORK_CITY,                    /* PidLidWorkAddressCity */
    P_WORK_STATE,                   /* PidLidWorkAddressState */
    P_WORK_POSTAL_CODE,             /* PidLidWorkAddressPostalCode */
    P_WORK_COUNTRY,                 /* PidLidWorkAddressCountry */
    P_WORK_POST_OFFICE_BOX,         /* PidLidWorkAddressPostOfficeBox */
    P_WORK_COUNTRY_CODE,            /* PidLidWorkAddressCountryCode */
    P_HOME_COUNTRY_CODE,            /* PidLidHomeAddressCountryCode */
    P_OTHER_COUNTRY_CODE,           /* PidLidOtherAddressCountryCode */
    P_MAIL_COUNTRY_CODE,            /* PidLidAddressCountryCode */
    P_WORK_FORMATTED,               /* PidLidWorkAddress */
    P_HOME_FORMATTED,               /* PidLidHomeAddress */
    P_OTHER_FORMATTED,              /* PidLidOtherAddress */
    P_POSTAL_ADDRESS_ID,            /* PidLidPostalAddressId */
    P_YOMI_FIRST_NAME,              /* PidLidYomiFirstName */
    P_YOMI_LAST_NAME,               /* PidLidYomiLastName */
    P_YOMI_COMPANY_NAME,            /* PidLidYomiCompanyName */
    P_GENDER,                       /* PidTagGender */
    P_REFERRED_BY,                  /* PidTagReferredByName */
    P_HOBBIES,                      /* PidTagHobbies */
    P_LANGUAGE,                     /* PidTagLanguage */
    P_CONTACT_LOCATION,             /* PidTagLocation */
    P_OFFICE_LOCATION,              /* PidTagOfficeLocation */
    P_ACCOUNT,                      /* PidTagAccount */
    P_CUSTOMER_ID,                  /* PidTagCustomerId */
    P_GOVERNMENT_ID,                /* PidTagGovernmentIdNumber */
    P_ORGANIZATIONAL_ID,            /* PidTagOrganizationalIdNumber */
    P_COMPUTER_NAME,                /* PidTagComputerNetworkName */
    P_KEYWORD,                      /* PidTagKeyword */
    P_BILLING,                      /* PidLidBilling */
    P_MILEAGE,                      /* PidLidMileage */
    P_USER_FIELD1,                  /* PidLidContactUserField1 */
    P_USER_FIELD2,                  /* PidLidContactUserField2 */
    P_USER_FIELD3,                  /* PidLidContactUserField3 */
    P_USER_FIELD4,                  /* PidLidContactUserField4 */
    P_FREE_BUSY_LOCATION,           /* PidLidFreeBusyLocation */
    P_CERTIFICATES,                 /* PidTagUserX509Certificate */
    P_FLAG_STATUS,                  /* PidTagFlagStatus */
    P_FOLLOWUP_ICON,                /* PidTagFollowupIcon */
    P_TODO_ITEM_FLAGS,              /* PidTagToDoItemFlags */
    P_FLAG_REQUEST,                 /* PidLidFlagRequest */
    P_TODO_TITLE,                   /* PidLidToDoTitle */

    /* distribution list; its name is also P_DISPLAY_NAME and P_FILE_UNDER */
    P_LIST_NAME,     /* PidLidDistributionListName */
    P_LIST_MEMBERS,  /* PidLidDistributionListMembers */
    P_LIST_ONE_OFFS, /* PidLidDistributionListOneOffMembers */
    P_LIST_CHECKSUM, /* PidLidDistributionListChecksum */
    P_LIST_STREAM,   /* PidLidDistributionListStream */

    /* appointment */
    P_START_DATE,             /* PidTagStartDate */
    P_END_DATE,               /* PidTagEndDate */
    P_RESPONSE_REQUESTED,     /* PidTagResponseRequested */
    P_REPLY_REQUESTED,        /* PidTagReplyRequested */
    P_GLOBAL_OBJECT_ID,       /* PidLidGlobalObjectId */
    P_CLEAN_GLOBAL_OBJECT_ID, /* PidLidCleanGlobalObjectId */
    P_IS_RECURRING,           /* PidLidIsRecurring */
    P_START_WHOLE,            /* PidLidAppointmentStartWhole */
    P_END_WHOLE,              /* PidLidAppointmentEndWhole */
    P_DURATION,               /* PidLidAppointmentDuration */
    P_SUB_TYPE,               /* PidLidAppointmentSubType */
    P_ZONE_START,             /* PidLidAppointmentTimeZoneDefinitionStartDisplay */
    P_ZONE_END,               /* PidLidAppointmentTimeZoneDefinitionEndDisplay */
    P_ZONE_RECUR,             /* PidLidAppointmentTimeZoneDefinitionRecur */
    P_ZONE_STRUCT,            /* PidLidTimeZoneStruct */
    P_ZONE_DESCRIPTION,       /* PidLidTimeZoneDescription */
    P_LOCATION,               /* PidLidLocation */
    P_BUSY_STATUS,            /* PidLidBusyStatus */
    P_INTENDED_BUSY_STATUS,   /* PidLidIntendedBusyStatus */
    P_STATE_FLAGS,            /* PidLidAppointmentStateFlags */
    P_RECURRING,              /* PidLidRecurring */
    P_RECURRENCE_TYPE,        /* PidLidRecurrenceType */
    P_RECURRENCE_PATTERN,     /* PidLidRecurrencePattern */
    P_RECUR,                  /* PidLidAppointmentRecur */
    P_CLIP_START,             /* PidLidClipStart */
    P_CLIP_END,               /* PidLidClipEnd */
    P_SEQUENCE,               /* PidLidAppointmentSequence */
    P_COLOR,                  /* PidLidAppointmentColor */
    P_AUXILIARY_FLAGS,        /* PidLidAppointmentAuxiliaryFlags */
    P_RESPONSE_STATUS,        /* PidLidResponseStatus */
    P_INVITED,                /* PidLidFInvited */
    P_NOT_ALLOW_PROPOSE,      /* PidLidAppointmentNotAllowPropose */
    P_COUNTER_PROPOSAL,       /* PidLidAppointmentCounterProposal */
    P_EXCEPTIONAL_ATTENDEES,  /* PidLidFExceptionalAttendees */

    /* meeting */
    P_ORGANIZER_NAME,       /* PidTagSentRepresentingName */
    P_ORGANIZER_TYPE,       /* PidTagSentRepresentingAddressType */
    P_ORGANIZER_EMAIL,      /* PidTagSentRepresentingEmailAddress */
    P_ORGANIZER_SMTP,       /* PidTagSentRepresentingSmtpAddress */
    P_ORGANIZER_ENTRY_ID,   /* PidTagSentRepresentingEntryId */
    P_ORGANIZER_SEARCH_KEY, /* PidTagSentRepresentingSearchKey */
    P_RECEIVED_BY_EMAIL,    /* PidTagReceivedByEmailAddress */
    P_RECEIVED_BY_SMTP,     /* PidTagReceivedBySmtpAddress */
    P_RECEIVED_FOR_EMAIL,   /* PidTagReceivedRepresentingEmailAddress */
    P_RECEIVED_FOR_SMTP,    /* PidTagReceivedRepresentingSmtpAddress */
    P_ALL_ATTENDEES,        /* PidLidAllAttendeesString */
    P_TO_ATTENDEES,         /* PidLidToAttendeesString */
    P_CC_ATTENDEES,         /* PidLidCcAttendeesString */
    /* a row of its table of recipients */
    P_RECIPIENT_TYPE,         /* PidTagRecipientType */
    P_RECIPIENT_NAME,         /* PidTagDisplayName */
    P_RECIPIENT_ADDRESS_TYPE, /* PidTagAddressType */
    P_RECIPIENT_EMAIL,        /* PidTagEmailAddress */
    P_RECIPIENT_SMTP,         /* PidTagSmtpAddress */
    P_RECIPIENT_FLAGS,        /* PidTagRecipientFlags */
    P_RECIPIENT_TRACK,        /* PidTagRecipientTrackStatus */
    P_RECIPIENT_TRACK_TIME,   /* PidTagRecipientTrackStatusTime */
    P_RECIPIENT_DISPLAY_TYPE, /* PidTagDisplayType */
    P_RECIPIENT_DISPLAY_EX,   /* PidTagDisplayTypeEx */
    P_RECIPIENT_ID,           /* PidTagEntryId */
    P_RECIPIENT_SEARCH_KEY,   /* PidTagSearchKey */
    P_RECIPIENT_OBJECT_TYPE,  /* PidTagObjectType */
    P_RECIPIENT_RICH,         /* PidTagSendRichInfo */
    P_RECIPIENT_DISPLAY_NAME, /* PidTagRecipientDisplayName */
    P_RECIPIENT_ENTRY_ID,     /* PidTagRecipientEntryId */

    /* changed occurrence: of the message */
    P_EXCEPTION_REPLACE_TIME, /* PidLidExceptionReplaceTime: the original start, UTC */
    P_MESSAGE_FLAGS,          /* PidTagMessageFlags */
    P_EXCEPTIONAL_BODY,       /* PidLidFExceptionalBody */
    /* and of its attachment; times are local */
    P_ATTACH_METHOD,        /* PidTagAttachMethod */
    P_ATTACH_RENDERING,     /* PidTagRenderingPosition */
    P_ATTACH_NAME,          /* PidTagDisplayName of an attachment */
    P_ATTACH_MIME_FLAGS,    /* PidTagAttachFlags */
    P_ATTACH_FLAGS,         /* PidTagAttachmentFlags */
    P_ATTACH_LINK_ID,       /* PidTagAttachmentLinkId */
    P_ATTACH_HIDDEN,        /* PidTagAttachmentHidden */
    P_ATTACH_CONTACT_PHOTO, /* PidTagAttachmentContactPhoto */
    P_ATTACH_REPLACE_TIME,  /* PidTagExceptionReplaceTime */
    P_ATTACH_START_TIME,    /* PidTagExceptionStartTime */
    P_ATTACH_END_TIME,      /* PidTagExceptionEndTime */

    /* task */
    P_TASK_START,            /* PidLidTaskStartDate */
    P_TASK_DUE,              /* PidLidTaskDueDate */
    P_TASK_STATUS,           /* PidLidTaskStatus */
    P_PERCENT_COMPLETE,      /* PidLidPercentComplete */
    P_TASK_COMPLETE,         /* PidLidTaskComplete */
    P_TASK_DATE_COMPLETED,   /* PidLidTaskDateCompleted */
    P_TASK_RECURRING,        /* PidLidTaskFRecurring */
    P_TASK_RECURRENCE,       /* PidLidTaskRecurrence */
    P_TASK_DEAD_OCCURRENCE,  /* PidLidTaskDeadOccurrence */
    P_TASK_ESTIMATED_EFFORT, /* PidLidTaskEstimatedEffort */
    P_TASK_ACTUAL_EFFORT,    /* PidLidTaskActualEffort */
    P_TASK_STATE,            /* PidLidTaskState */
    P_TASK_OWNERSHIP,        /* PidLidTaskOwnership */
    P_TASK_ACCEPTANCE_STATE, /* PidLidTaskAcceptanceState */
    P_TASK_VERSION,          /* PidLidTaskVersion */
    P_TASK_FIX_OFFLINE,      /* PidLidTaskFFixOffline */
    P_TASK_NO_COMPUTE,       /* PidLidTaskNoCompute */
    P_TEAM_TASK,             /* PidLidTeamTask */

    /* note */
    P_NOTE_COLOR,  /* PidLidNoteColor */
    P_NOTE_WIDTH,  /* PidLidNoteWidth */
    P_NOTE_HEIGHT, /* PidLidNoteHeight */
    P_NOTE_X,      /* PidLidNoteX */
    P_NOTE_Y,      /* PidLidNoteY */

    /* the photo of a contact, which is an attachment */
    P_HAS_PICTURE, /* PidLidHasPicture */
    P_PHOTO,       /* its bytes */
    P_PHOTO_SIZE,  /* instead of them where it is too large to be read: how many there are */

    /* files of events and tasks, which are attachments, too */
    P_HAS_ATTACH,           /* PidTagHasAttachments */
    P_ATTACH_DATA,          /* PidTagAttachDataBinary */
    P_ATTACH_LONG_FILENAME, /* PidTagAttachLongFilename */
    P_ATTACH_FILENAME,      /* PidTagAttachFilename */
    P_ATTACH_EXTENSION,     /* PidTagAttachExtension */
    P_ATTACH_MIME_TAG,      /* PidTagAttachMimeTag */
    P_ATTACH_SIZE,          /* PidTagAttachSize */

    P_COUNT,
};

struct prop_name prop_name_of(enum prop_key key);
enum prop_type prop_type_of(enum prop_key key);

#endif
